# La page DNS d’un domaine, et la page du lien envoyé à la personne qui gère son DNS.

dns-count = { $right ->
    [one] { $right } enregistrement sur { $total } est en place
   *[other] { $right } enregistrements sur { $total } sont en place
  }
dns-count-unknown = { $total ->
    [one] { $total } enregistrement à publier
   *[other] { $total } enregistrements à publier
  }
dns-done-since = Tout est en place depuis le { $day }.
dns-done = Tous les enregistrements DNS sont en place.
dns-progress = Enregistrements en place
dns-checked = Dernière vérification : { $timestamp }.
dns-never-checked = Ce domaine n’a pas encore été vérifié.
dns-left-title = Ce qui reste à faire
dns-left-lead = À recopier dans l’espace client de l’hébergeur du domaine { $domain }, là où se gère son nom.
dns-mx-moves = Dès que le MX change, tous les e-mails du domaine arrivent dans les nouvelles boîtes. Les anciens e-mails restent dans les anciennes boîtes : copiez-les avant de fermer ces boîtes.
dns-mx-prepare = Créez d’abord les adresses qui reçoivent déjà des e-mails : leurs boîtes ouvriront quand le domaine sera actif.
dns-mx-own = Votre adresse { $address } n’a pas encore de boîte ici : sans elle, vous ne recevrez plus vos e-mails.
dns-mx-own-create = Créer d’abord { $address }

dns-column-type = Type
dns-column-name = Nom
dns-column-today = Aujourd’hui
dns-column-value = Valeur
dns-column-wanted = Valeur à mettre
dns-column-priority = Priorité
dns-full-name = Nom complet
dns-copy-name = le nom du { $label }
dns-copy-full-name = le nom complet du { $label }
dns-copy-value = la valeur du { $label }
dns-copy-priority = la priorité du { $label }
dns-state-wrong = Incorrect
dns-state-missing = Manquant
dns-state-unknown = Pas encore vérifié
dns-today-nothing = Rien
dns-today-other = Autre chose
dns-today-unknown = Pas encore vérifié

dns-todo-add = Ajoutez cet enregistrement.
dns-todo-replace = Remplacez sa valeur.
dns-todo-mx-add = Ajoutez-le : il doit être le seul MX de ce nom.
dns-todo-mx-replace = Remplacez les MX actuels par celui-ci, qui doit rester seul.
dns-todo-cname-add = Ajoutez-le. Si ce nom a un enregistrement A ou AAAA, retirez-le.
dns-todo-spf-add = Ajoutez-le : un domaine n’a qu’un seul SPF.
dns-todo-spf-merge = Remplacez la valeur actuelle par celle-ci, qui la complète. N’ajoutez pas un second SPF : deux s’annulent.
dns-todo-spf-unknown = Dans le SPF actuel, ajoutez { $required } avant le « all » de la fin. N’ajoutez pas un second SPF : deux s’annulent.
dns-todo-spf-doubled = Le domaine a plusieurs SPF, qui s’annulent : donnez cette valeur à l’un d’eux et retirez les autres.
dns-todo-spf-redirect = Le « redirect » actuel reste, à la fin.
dns-todo-spf-lookups = Cette valeur renvoie à plus de dix autres serveurs, la limite d’un SPF : retirez-en ceux qui n’envoient plus d’e-mails.
dns-todo-dkim = Copiez la valeur entière, sans la couper.

dns-check = J’ai fait les changements : vérifier
dns-check-delay = Un changement peut mettre jusqu’à 24 heures à être visible. Le portail vérifie aussi tout seul, et écrit aux propriétaires quand le domaine devient actif.
dns-check-delay-link = Un changement peut mettre jusqu’à 24 heures à être visible. Le portail vérifie aussi tout seul.
dns-check-left = { $n ->
    [one] C’est vérifié : il reste { $n } enregistrement à corriger ({ $labels }). Un changement peut mettre jusqu’à 24 heures à être visible ; le portail continue de vérifier.
   *[other] C’est vérifié : il reste { $n } enregistrements à corriger ({ $labels }). Un changement peut mettre jusqu’à 24 heures à être visible ; le portail continue de vérifier.
  }
dns-check-done = C’est vérifié : tout est en place.
dns-check-repairing = C’est vérifié : les enregistrements DNS sont en place, mais le service de messagerie n’a pas fini de son côté. Vous n’avez rien à faire : nous vérifions de nouveau régulièrement.
dns-check-others = C’est vérifié : les enregistrements sont en place, mais un autre problème reste.
dns-check-unlisted = C’est vérifié : il reste quelque chose à corriger.
dns-check-closed = Ce domaine est désactivé par l’équipe du portail : il n’est plus vérifié.

dns-right-title = { $n ->
    [one] { $n } correct
   *[other] { $n } corrects
  }
dns-technical = Détail technique
dns-said = Le service de messagerie dit :
dns-other-problems = Autres problèmes trouvés
dns-no-records = Le service de messagerie n’a pas encore dit quels enregistrements il attend. Ils apparaîtront ici dès qu’il aura répondu.
dns-records-unknown = Le service de messagerie n’a pas encore dit quels enregistrements il attend : il n’y a rien à envoyer. Recommencez dans quelques minutes.
dns-unlisted-lead = Ce service de messagerie n’indique pas quels enregistrements il attend : il n’y a pas de liste à recopier.
dns-unlisted-problems = Ce qui est à corriger d’après la dernière vérification est ci-dessous, avec la phrase du service, qui nomme la valeur attendue.
dns-unlisted-ask = Pour la liste complète des enregistrements, adressez-vous à { $portal-support }.
dns-problems = Ce qui est à corriger
dns-zone-title = La zone en texte
dns-zone-text = Pour les outils qui lisent un fichier de zone.
dns-zone-download = Ouvrir le fichier de zone

dns-share-title = Une autre personne gère la zone DNS ?
dns-share-text = Envoyez ces réglages à la personne qui gère la zone : prestataire informatique, agglomération, syndicat, hébergeur du domaine. Elle reçoit les enregistrements et un lien vers ce qui reste à faire. Elle n’a pas besoin de compte, et le lien ne donne pas accès au reste du portail. Un lien déjà envoyé à la même adresse cesse alors de fonctionner.
dns-share-who = Vous ne savez pas qui c’est ? La facture annuelle du nom de domaine porte le nom de son hébergeur ; sinon, demandez à la personne qui a créé le site de la commune.
dns-share-email = Son adresse e-mail
dns-share-submit = Envoyer ces réglages
dns-shared = L’e-mail avec les réglages est en cours d’envoi à { $email }. Son lien fonctionne pendant 30 jours.
dns-share-list = Liens envoyés
dns-share-count = { $n ->
    [one] { $n } lien envoyé
   *[other] { $n } liens envoyés
  }
dns-share-column-to = Envoyé à
dns-share-column-by = Par
dns-share-column-ends = Fonctionne jusqu’au
dns-share-end = Désactiver le lien
dns-share-end-about = envoyé à { $email }
dns-share-ended = Le lien envoyé à { $email } ne fonctionne plus.
mistake-too-many-dns-links = Vingt liens fonctionnent déjà pour ce domaine. Désactivez l’un d’eux avant d’en envoyer un autre.

dns-help-link = Que veulent dire ces mots ?
dns-help-title = Comment faire, mot par mot
dns-help-zone = La zone DNS est la liste des enregistrements d’un domaine. On la modifie chez son hébergeur, dans l’espace client. Un enregistrement est une ligne de cette liste.
dns-help-name-term = Nom
dns-help-name = Ce qui vient avant le nom du domaine. @ est le domaine lui-même : certains hébergeurs veulent alors une case vide.
dns-help-value-term = Valeur
dns-help-value = Ce que l’enregistrement contient. À copier en entier, point final compris.
dns-help-priority-term = Priorité
dns-help-priority = Seul un MX en a une. Avec un seul MX, tout nombre convient.
dns-help-ttl-term = TTL
dns-help-ttl = Combien de temps l’ancienne valeur reste en mémoire ailleurs. Laissez la valeur proposée.
dns-help-dot-term = Point final
dns-help-dot = Il dit que le nom est complet. Si votre hébergeur le refuse, retirez-le ; s’il ajoute votre domaine à la fin, remettez le point.
dns-help-types = Les types d’enregistrements
dns-help-mx = Le serveur auquel les e-mails du domaine sont livrés.
dns-help-txt = Un texte que lisent d’autres serveurs. SPF, DKIM et DMARC sont des TXT.
dns-help-cname = Un autre nom pour un serveur, par exemple webmail.
dns-help-spf = Les serveurs qui ont le droit d’envoyer des e-mails au nom du domaine. Il n’y en a qu’un par domaine.
dns-help-dkim = La clé qui prouve qu’un e-mail vient bien du domaine et n’a pas été modifié.
dns-help-dmarc = Ce que les autres doivent faire d’un e-mail qui n’est conforme ni au SPF ni à la clé DKIM. S’il y en a un, laissez-le.
dns-help-hosts = Les mots des hébergeurs
dns-help-host = Hébergeur
dns-help-place = Où
dns-help-ovh-place = Noms de domaine, onglet Zone DNS, Ajouter une entrée
dns-help-ovh-name = Sous-domaine (vide pour @)
dns-help-ovh-value = Cible, ou Valeur pour un TXT
dns-help-gandi-place = Nom de domaine, Enregistrements DNS, Ajouter
dns-help-gandi-name = Nom (@ accepté)
dns-help-gandi-value = Nom d’hôte, ou Valeur du texte
dns-help-ionos-place = Domaines et SSL, onglet DNS, Ajouter un enregistrement
dns-help-ionos-name = Nom d’hôte (@ accepté)
dns-help-ionos-value = Pointe vers, ou Valeur
dns-help-infomaniak-place = Domaines, Zone DNS, Ajouter un enregistrement
dns-help-infomaniak-name = Source (vide pour @)
dns-help-infomaniak-value = Cible

dns-link-title = Réglages DNS de { $domain }
dns-link-lead = { $domain } utilise une messagerie qui a besoin de ces enregistrements. Une personne qui gère ce domaine vous a envoyé ce lien le { $day } : son nom est dans l’e-mail qui le contenait. Cette page montre ce qui reste à faire ; elle ne demande pas de compte.
dns-link-ends = Ce lien fonctionne jusqu’au { $day }.
dns-link-over-title = Ce lien ne fonctionne plus
dns-link-over = Il a plus de 30 jours, ou il a été désactivé. Demandez-en un autre à la personne qui vous l’a envoyé.

email-dns-subject = { $domain } : réglages DNS à publier
email-dns-text = Le domaine { $domain } a besoin des enregistrements DNS ci-dessous pour ses e-mails. « { $by } » ({ $address }), qui gère ce domaine dans notre portail, vous demande de les publier.
email-dns-names = @ est le domaine lui-même. Un point à la fin d’une valeur dit que le nom est complet.
email-dns-mx = Dès que le MX change, tous les e-mails du domaine arrivent au nouveau service de messagerie : convenez du moment avec « { $by } ».
email-dns-spf = Un domaine n’a qu’un seul enregistrement SPF : s’il en existe un, remplacez-le au lieu d’en ajouter un second.
email-dns-right = { $n ->
    [one] { $n } autre enregistrement est déjà en place.
   *[other] { $n } autres enregistrements sont déjà en place.
  }
email-dns-link = La page ci-dessous montre ce qui reste à faire, avec de quoi copier chaque valeur et vérifier vos changements. Elle ne demande pas de compte, et fonctionne pendant { $length }.
email-dns-button = Voir ce qui reste à faire
email-dns-unexpected = Vous ne gérez pas le DNS de ce domaine, ou vous ne connaissez pas « { $by } » ? Vous pouvez ignorer cet e-mail.
