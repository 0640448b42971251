# Les domaines : liste, page, formulaires, DNS.

domains-title = Domaines
domains-lead = Les domaines sur lesquels vous avez un rôle.
domains-lead-staff = Tous les domaines du portail.
domains-search = Rechercher un domaine
domains-add = Ajouter un domaine
domains-lead-none = Pour commencer, ajoutez le domaine de votre commune.
domains-first-title = Quel est le nom de domaine de votre commune ?
domains-first-step-name = Vous donnez ici le nom, par exemple ma-commune.fr.
domains-first-step-dns = La page du domaine dit ce qu’il faut changer chez l’hébergeur du domaine, et vérifie.
domains-first-step-mailboxes = Vous créez les adresses ; elles ouvrent dès que le domaine est actif.
domains-first-invited = Votre commune est déjà ici ? Demandez à une personne propriétaire du domaine de vous inviter.
domains-column-todo = Reste à faire
domains-todo-records = { $n ->
    [one] { $n } enregistrement DNS
   *[other] { $n } enregistrements DNS
  }
domains-todo-failed = { $n ->
    [one] { $n } adresse en erreur
   *[other] { $n } adresses en erreur
  }
domains-todo-hand-over = { $n ->
    [one] { $n } mot de passe à remettre
   *[other] { $n } mots de passe à remettre
  }
domains-todo-refused = Refusé par le service de messagerie : voir pourquoi
domains-todo-adding = Ajout au service de messagerie en cours
domains-todo-checking = Vérification en cours
domains-todo-not-ready = Le service de messagerie n’a pas fini : voir pourquoi
domains-todo-dns = Réglages DNS à corriger
domains-empty-staff-adds = Vous n’avez de rôle sur aucun domaine. Demandez à une personne propriétaire d’un domaine de vous inviter.
domains-invitations = Invitations à accepter
domains-invitation-text = { $inviter } vous invite à rejoindre ce domaine, avec le rôle { $role }. Sans votre accord, rien ne change.
domains-invitation-waits = Ce domaine est désactivé en ce moment : vous pourrez accepter quand il sera réactivé.
domains-column-name = Domaine
domains-column-mailboxes = Adresses
domains-column-role = Votre rôle
domains-role-staff = Équipe du portail
domains-total = { $n ->
    [one] { $n } domaine
   *[other] { $n } domaines
  }

domain-new-title = Ajouter un domaine
domain-new-lead = Vous en devenez propriétaire. La page du domaine vous dira ensuite quels enregistrements DNS publier.
domain-new-submit = Ajouter le domaine
domain-open = Ouvrir { $domain }
domain-name = Nom de domaine
domain-name-hint = Par exemple ville.fr. Il faudra ensuite changer des réglages (la zone DNS) chez l’hébergeur du domaine. Vous pourrez envoyer ces réglages à la personne qui s’en charge.
domain-support-email = Adresse d’assistance
domain-support-email-hint = L’adresse où les personnes qui ont une boîte peuvent demander de l’aide : elle figure dans leurs e-mails. Nous y écrivons aussi quand le statut du domaine change. Choisissez une adresse d’un autre domaine, par exemple nom@exemple.fr.
domain-added = { $domain } est ajouté, et vous en êtes propriétaire.
domain-stored = Le service de messagerie ne répond pas pour le moment. { $domain } est enregistré et y sera ajouté dès que possible ; vous n’avez rien à refaire.

domain-claim-title = { $domain } appartient à votre organisation ?
domain-claim-text = L’équipe du portail reçoit votre nom, votre adresse et le nom du domaine, et vous répond. Une fois par jour au plus.
domain-claim-submit = C’est le nôtre : prévenir l’équipe du portail
domain-claimed = L’équipe du portail est prévenue que { $domain } appartient à votre organisation.
domain-claimed-already = Vous avez déjà prévenu l’équipe du portail aujourd’hui, pour ce domaine ou pour un autre : cette fois, rien ne lui a été envoyé. Attendez sa réponse, ou adressez-vous à { $portal-support }.

domain-tab-overview = Aperçu
domain-tab-mailboxes = Adresses
domain-tab-dns = DNS

domain-facts = Informations
domain-ascii = Forme ASCII
domain-support-unconfirmed = pas encore confirmée : nous n’écrivons qu’aux propriétaires
domain-support-resend = Renvoyer le lien de confirmation
domain-context = Contexte au service de messagerie
domain-context-hint = Le nom sous lequel le service de messagerie range les boîtes de ce domaine. Il aide l’équipe du portail à les retrouver.
domain-no-context = pas encore connu
domain-status-since = Dans ce statut depuis
domain-last-check = Dernière vérification
domain-never-checked = pas encore
domain-added-on = Ajouté le
domain-what-now = Que voulez-vous faire ?
domain-add-mailbox-enabled = La boîte ouvre aussitôt. La personne reçoit un e-mail à son adresse de secours, ou vous lui donnez une fiche imprimée.
domain-add-mailbox-waits = L’adresse est gardée en attente. Sa boîte ouvrira quand le domaine sera actif, et la personne recevra un e-mail à son adresse de secours.
domain-see-dns = Voir les enregistrements DNS
domain-see-dns-text = Ce que la zone DNS doit contenir, et ce que la dernière vérification a trouvé.

domain-check-now = Vérifier maintenant
domain-checked = La vérification est faite. Le statut ci-dessous est à jour.
domain-check-under-way = La vérification est en cours. Cette page se met à jour toute seule.
domain-check-silent = Les serveurs qui donnent les réglages DNS du domaine (serveurs de noms) n’ont pas répondu à la dernière vérification. La prochaine aura lieu le { $until }.
domain-check-too-soon = Une vérification a déjà été demandée il y a un instant. Attendez une minute avant la suivante.
domain-not-accepted = Le service de messagerie n’a pas accepté ce domaine : il n’y a rien à vérifier.
domain-is-disabled = Ce domaine est désactivé par l’équipe du portail : on peut le consulter, pas le modifier.

domain-step-creating = { $domain } est enregistré. Nous l’ajoutons au service de messagerie ; vous n’avez rien à refaire.
domain-step-checking = Le service de messagerie a accepté { $domain }. La première vérification de ses enregistrements DNS n’a pas encore donné de résultat.
domain-step-refused = Le service de messagerie n’a pas accepté { $domain }. { $reason }
domain-step-action-required = { $domain } n’est pas encore actif : ses enregistrements DNS sont à publier ou à corriger. Vous pouvez déjà créer des adresses, elles ouvriront dès que le domaine sera actif.
domain-step-action-required-waiting = { $n ->
    [one] { $domain } n’est pas actif : ses enregistrements DNS sont à publier ou à corriger. { $n } adresse attend et ouvrira dès que le domaine sera actif.
   *[other] { $domain } n’est pas actif : ses enregistrements DNS sont à publier ou à corriger. { $n } adresses attendent et ouvriront dès que le domaine sera actif.
  }
domain-viewer-note = Votre rôle permet de consulter ce domaine, pas de le modifier. L’onglet Collaborateurs dit à qui vous adresser.
domain-step-checking-again = { $domain } est réactivé. Une vérification décide s’il redevient actif.
domain-step-action-required-again = { $domain } n’est plus actif : ses enregistrements DNS sont à corriger. Les boîtes existantes restent ; les nouvelles adresses seront créées dès que le domaine sera de nouveau actif.
domain-step-failed = Les enregistrements DNS de { $domain } sont corrects, mais le service de messagerie n’a pas fini de son côté. Vous n’avez rien à faire : nous vérifions de nouveau régulièrement.
domain-step-unchecked = { $domain } est resté actif, mais sa dernière vérification n’a pas abouti.
domain-step-doubted = La dernière vérification de { $domain } a trouvé un problème. Le domaine reste actif ; une nouvelle vérification, { $next }, dira si le problème dure.
domain-step-mailboxes-failed = { $n ->
    [one] { $n } adresse n’a pas pu être créée.
   *[other] { $n } adresses n’ont pas pu être créées.
  }
domain-step-hand-over = { $n ->
    [one] { $n } personne n’a pas encore reçu le mot de passe de sa boîte.
   *[other] { $n } personnes n’ont pas encore reçu le mot de passe de leur boîte.
  }
domain-step-disabled = { $domain } est désactivé par l’équipe du portail. Les boîtes existantes fonctionnent ; rien ne peut être créé.
domain-step-disabled-reason = { $domain } est désactivé par l’équipe du portail ({ $reason }). Les boîtes existantes fonctionnent ; rien ne peut être créé.
domain-step-see-records = Voir les enregistrements
domain-step-see-failed = Voir ces adresses

domain-progress = Création des adresses en attente
domain-progress-numbers = { $done } sur { $total }
domain-progress-done = { $n ->
    [one] { $n } adresse est active
   *[other] { $n } adresses sont actives
  }
domain-progress-failed = { $failed ->
    [one] { $failed } n’a pas pu être créée
   *[other] { $failed } n’ont pas pu être créées
  }

domain-edit-title = Modifier l’adresse d’assistance
domain-saved = L’adresse d’assistance est enregistrée.
domain-undo-edit = Remettre { $email }
domain-edited-since = L’adresse d’assistance a été changée depuis : c’est maintenant { $email }, et elle reste.
domain-support-link-sent = Un lien de confirmation est en cours d’envoi à cette adresse.

domain-remove-link = Supprimer ce domaine
domain-remove-text = Possible uniquement si le domaine n’a jamais été actif.
domain-remove-title = Supprimer { $domain }
domain-remove-what = Le domaine disparaît de ce portail, avec ce qui y est enregistré. Cela ne peut pas être annulé.
domain-remove-mailboxes = { $n ->
    [one] { $n } adresse demandée ;
   *[other] { $n } adresses demandées ;
  }
domain-remove-roles = les rôles sur ce domaine, les invitations et les liens vers les réglages DNS.
domain-remove-journal = Le journal du domaine reste lisible pour l’équipe du portail.
domain-remove-told = Les personnes qui ont un rôle sur ce domaine reçoivent un e-mail.
domain-remove-after = Vous pourrez ajouter le domaine de nouveau plus tard.
domain-removed = { $domain } est supprimé du portail.
domain-was-enabled = Ce domaine a déjà été actif : il ne peut plus être supprimé. Pour le fermer, adressez-vous à { $portal-support }.

job-since = Demandé le { $timestamp }.
job-attempts = { $n ->
    [one] { $n } tentative jusqu’ici.
   *[other] { $n } tentatives jusqu’ici.
  }
job-running = Une tentative est en cours.
job-next = Prochaine tentative { $next }.

demo-publish = Publier les enregistrements (démonstration)
demo-published = La démonstration a publié les enregistrements DNS, et la vérification est faite.
demo-not-published = La démonstration n’a pas pu publier les enregistrements.
