# La comparaison d’un domaine avec le service de messagerie.

compare-link = Comparer avec le service de messagerie
compare-link-text = Ce que le service de messagerie a en ce moment, à côté de ce que le portail connaît.
compare-found = { $n ->
    [one] Le { $day }, { $n } différence a été trouvée avec le service de messagerie.
   *[other] Le { $day }, { $n } différences ont été trouvées avec le service de messagerie.
  }
compare-see = Voir la comparaison
compare-title = Comparaison avec le service de messagerie
compare-lead = Ce que le service de messagerie a en ce moment, à côté de ce que le portail connaît. Rien ne change tant que vous ne le demandez pas.
compare-again = Comparer de nouveau
compare-retry = Réessayer
compare-no-answer = Le service de messagerie ne répond pas pour le moment : la comparaison n’a pas pu être faite. Rien n’a changé.
compare-nothing-done = Le service de messagerie ne répond pas pour le moment : rien n’a été changé. Recommencez dans quelques minutes.
compare-domain-missing = Le service de messagerie n’a pas encore ce domaine : il n’y a rien à comparer.
compare-same = Tout concorde : ce que le service de messagerie a est ce que le portail connaît.
compare-same-so-far = Aucune différence n’a été trouvée, mais tout n’est pas terminé : des opérations sont en cours ou à traiter sur ce domaine.
compare-owners-only = Seuls les propriétaires ({ $owners }) peuvent reprendre l’état du service de messagerie ou lui envoyer celui du portail.
compare-elsewhere = { $n ->
    [one] Le service de messagerie garde avec ce domaine { $n } adresse d’un autre domaine.
   *[other] Le service de messagerie garde avec ce domaine { $n } adresses d’autres domaines.
  }
compare-lines = { $n ->
    [one] { $n } différence
   *[other] { $n } différences
  }
compare-next = Différences suivantes

compare-column-subject = Adresse
compare-column-difference = Différence
compare-column-here = Dans le portail
compare-column-there = Au service de messagerie

compare-only-there-title = Seulement au service de messagerie
compare-only-there-lead = Le portail ne connaît pas ces adresses. Reprises, elles sont ajoutées ici telles quelles, sans e-mail à leurs titulaires. Le portail ne supprime jamais ce qu’il ne connaît pas.
compare-only-here-title = Seulement dans le portail
compare-only-here-lead = Le service de messagerie n’a plus ces adresses. Reprendre son état les supprime du portail ; envoyer l’état du portail les crée de nouveau, vides, sans e-mail à leurs titulaires.
compare-different-title = Différentes
compare-different-lead = Des deux côtés, mais sous un autre nom, ou actives d’un seul côté.
compare-apart-title = À traiter autrement
compare-apart-lead = Le portail ne peut ni les reprendre ni les changer. Vous pouvez les ignorer.
compare-under-way-title = En cours
compare-under-way-lead = Le portail y travaille : ces différences disparaissent d’elles-mêmes.
compare-ignored-title = Ignorées
compare-ignored-lead = Laissées telles quelles. Une différence qui change est montrée de nouveau.

compare-is-only-there = Inconnue du portail
compare-is-only-here = Disparue du service de messagerie
compare-is-names = Autre nom
compare-is-activity = Active d’un seul côté
compare-is-names-and-activity = Autre nom, et active d’un seul côté
compare-is-back = Réapparue au service de messagerie
compare-is-functional = Boîte technique, qui ne s’ouvre pas dans la messagerie : le portail ne la gère pas.
compare-is-half-made = Accès à la messagerie sans boîte, ou boîte que le service de messagerie n’a pas fini de changer. Adressez-vous à { $portal-support }, qui peut y remédier.
compare-is-capitals = Écrite avec des majuscules au service de messagerie, où le portail ne la retrouverait pas.
compare-is-odd = Le portail n’accepte pas cette adresse ou cette destination.
compare-is-under-way = En cours
compare-there = Présente
compare-not-there = Absente
compare-nameless = Sans nom
compare-inactive-here = Elle est désactivée dans le portail : elle ne sera pas créée de nouveau avant d’être réactivée.
compare-disables = Envoyer l’état du portail la désactive, ce qui efface l’agenda et le carnet d’adresses.
compare-ignored-by = « { $reason } » ({ $by }, { $day })

compare-act-title = Que faire des lignes cochées ?
compare-adopt-means = Reprendre : le portail prend l’état du service de messagerie.
compare-push-means = Envoyer : le service de messagerie reçoit l’état du portail.
compare-ignore-means = Ignorer : la différence reste, et n’est plus signalée. Donnez une raison pour vos collègues.
compare-action = Pour les lignes cochées
compare-choose = Choisir…
compare-adopt = Reprendre l’état du service de messagerie
compare-push = Envoyer l’état du portail
compare-ignore = Ignorer
compare-heed = Ne plus ignorer les lignes cochées
compare-reason = Raison
compare-reason-hint = Pour ignorer seulement ; 200 caractères au plus.

compare-adopted = { $n ->
    [0] Rien n’a été repris.
    [one] { $n } ligne est reprise du service de messagerie : { $subjects }.
   *[other] { $n } lignes sont reprises du service de messagerie : { $subjects }.
  }
compare-pushed = { $n ->
    [0] Rien n’a été envoyé.
    [one] { $n } ligne est en cours d’envoi au service de messagerie : { $subjects }. La suite est sur la page des opérations.
   *[other] { $n } lignes sont en cours d’envoi au service de messagerie : { $subjects }. La suite est sur la page des opérations.
  }
compare-ignored = { $n ->
    [0] Rien n’a été ignoré.
    [one] { $n } différence est ignorée : { $subjects }.
   *[other] { $n } différences sont ignorées : { $subjects }.
  }
compare-heeded = { $n ->
    [one] { $n } différence n’est plus ignorée : { $subjects }.
   *[other] { $n } différences ne sont plus ignorées : { $subjects }.
  }
compare-and-others = { $n ->
    [one] { $subjects } et { $n } autre
   *[other] { $subjects } et { $n } autres
  }
compare-refused = { $subject } : { $reason }
compare-refused-others = { $n ->
    [one] Et { $n } autre ligne a été refusée.
   *[other] Et { $n } autres lignes ont été refusées.
  }
compare-changed = cette différence n’est plus celle qui était affichée.
compare-not-offered = ce choix ne convient pas à cette ligne. Ce que le portail ne connaît pas peut seulement être repris ou ignoré. Une ligne « À traiter autrement » peut seulement être ignorée.
compare-name-taken = une autre boîte de ce domaine porte déjà ce nom.
compare-apply = Appliquer aux lignes cochées
compare-still-waits = Voir les opérations
