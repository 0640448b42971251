# Les e-mails.

# Sur une page, pour l’équipe du portail.
staff-emails-held = { $n ->
    [one] { $n } e-mail est retenu, car cette base de données a été restaurée d’une sauvegarde : il a peut-être déjà été envoyé depuis.
   *[other] { $n } e-mails sont retenus, car cette base de données a été restaurée d’une sauvegarde : ils ont peut-être déjà été envoyés depuis.
  } Décidez avec « dimail-portal emails release » ou « dimail-portal emails withdraw ».
staff-emails-refused = { $n ->
    [one] Un e-mail attend depuis le { $since }, car le serveur d’envoi refuse des destinataires de plusieurs domaines.
   *[other] { $n } e-mails attendent depuis le { $since }, car le serveur d’envoi refuse des destinataires de plusieurs domaines.
  } Sa dernière réponse : « { $detail } ». Lancez « dimail-portal doctor », et vérifiez SMTP_URL, SMTP_HELLO et MAIL_FROM. Aucun e-mail n’est perdu : tous seront envoyés dès que le serveur en acceptera un.

email-hello = Bonjour { $name },
email-hello-all = Bonjour,
email-footer = E-mail envoyé automatiquement par { $brand }.
email-support = Assistance du portail :
email-link-as-text = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
mailbox-email-parked = L’e-mail à { $recipient } attend : la désactivation ou la suppression de la boîte est en cours.
email-waits-its-turn = La limite d’e-mails de ce domaine à { $recipient } est atteinte pour aujourd’hui : cet e-mail sera envoyé le { $timestamp }.
email-domain-both-forms = { $unicode } ({ $ascii })

email-new-mailbox-subject = Votre adresse { $address } est prête
email-new-mailbox-open = Votre boîte est ouverte. Vous pouvez dès maintenant recevoir et envoyer des e-mails avec cette adresse.
email-new-mailbox-address = Votre adresse
email-new-mailbox-webmail = Messagerie
email-new-mailbox-with-link = Pour entrer dans votre boîte la première fois, ouvrez ce lien et appuyez sur le bouton : aucun mot de passe n’est demandé. Le lien fonctionne pendant { $length }, { $uses ->
    [one] { $uses } fois
   *[other] { $uses } fois
  } au plus.
email-new-mailbox-keep-link = Ne transmettez cet e-mail à personne : avec ce lien, n’importe qui entre dans votre boîte.
email-new-mailbox-when-expired = Si le lien ne fonctionne plus, demandez-en un autre, qui arrivera à cette même adresse de secours : { $page }
email-new-mailbox-enter = Entrer dans ma boîte
email-new-mailbox-see-webmail = Ouvrir la messagerie
email-new-mailbox-unexpected = Vous n’attendiez pas cet e-mail ? Prévenez votre assistance : { $support }
email-login-link-subject = Votre lien pour entrer dans { $address }
email-login-link-text = Voici un nouveau lien pour entrer dans votre boîte.
email-login-link-with-link = Ouvrez ce lien et appuyez sur le bouton : il ne demande pas de mot de passe. Il fonctionne pendant { $length }, { $uses ->
    [one] { $uses } fois
   *[other] { $uses } fois
  } au plus.
email-login-link-unexpected = Vous n’avez rien demandé ? N’ouvrez pas le lien, et prévenez votre assistance : { $support }
email-new-password-subject = Un nouveau mot de passe pour { $address }
email-new-password-text = Votre boîte a un nouveau mot de passe. L’ancien ne fonctionne plus.
email-new-password-password = Votre nouveau mot de passe
email-new-password-change = Connectez-vous à votre boîte avec ce mot de passe, puis choisissez aussitôt un autre mot de passe. Si vous recevez plusieurs e-mails comme celui-ci, seul le dernier compte.
email-new-password-keep = Ne transmettez cet e-mail à personne, et supprimez-le ensuite.
email-new-password-unexpected = Vous n’avez rien demandé ? Prévenez votre assistance : { $support }
email-secondary-changed-subject = L’adresse de secours de { $address } a changé
email-secondary-changed-text = L’adresse de secours de la boîte { $address } a été changée par { $by }. L’adresse à laquelle vous lisez cet e-mail n’est plus son adresse de secours.
email-secondary-changed-then = Les liens et mots de passe de cette boîte n’arriveront plus ici.
email-secondary-changed-unexpected = Si cela vous surprend, écrivez sans attendre à votre assistance : { $support }
email-unexpected-no-support = Vous n’attendiez pas cet e-mail ? N’ouvrez aucun lien, et prévenez la personne qui gère les adresses de votre administration.

email-domain-ready-subject = { $domain } est actif
email-domain-ready-text = Le domaine { $domain } a passé toutes les vérifications : il est actif.
email-domain-ready-next = Les adresses demandées pendant l’attente sont créées en ce moment même. Les personnes qui ont une adresse de secours reçoivent un e-mail. Vous pouvez créer d’autres adresses.
email-domain-ready-button = Voir les adresses

email-domain-action-subject = { $domain } : des enregistrements DNS sont à corriger
email-domain-action-text = { $count ->
    [0] Une vérification du domaine { $domain } n’est pas passée : ses enregistrements DNS sont à corriger.
    [one] Une vérification du domaine { $domain } n’est pas passée. Voici ce qui est à corriger dans le DNS.
   *[other] { $count } vérifications du domaine { $domain } ne sont pas passées. Voici ce qui est à corriger dans le DNS.
  }
email-domain-action-next = Une fois la correction faite, vous n’avez rien d’autre à faire : le domaine est vérifié régulièrement. En attendant, les nouvelles adresses sont enregistrées et seront créées dès que le domaine sera actif.
email-domain-action-button = Voir les enregistrements attendus

email-domain-failed-subject = { $domain } : une panne du côté du service de messagerie
email-domain-failed-text = Les enregistrements DNS du domaine { $domain } sont corrects, mais une vérification échoue du côté du service de messagerie. Nous avons demandé à ce service de corriger cela, sans résultat pour le moment.
email-domain-failed-next = Vous n’avez rien à changer. Le domaine est vérifié régulièrement ; en attendant, les nouvelles adresses sont enregistrées et seront créées dès qu’il sera actif. Si cela dure plus d’un jour, adressez-vous à { $portal-support }.
email-domain-button = Voir le domaine

email-adopted-subject = { $domain } : l’état du service de messagerie est repris
email-adopted-text = { $n ->
    [one] Le domaine { $domain } a été comparé avec le service de messagerie. { $by } a repris dans le portail l’état d’un élément.
   *[other] Le domaine { $domain } a été comparé avec le service de messagerie. { $by } a repris dans le portail l’état de { $n } éléments.
  }
email-adopted-next = Vous n’avez rien à faire. La page de comparaison dit si autre chose diffère.
email-pushed-subject = { $domain } : l’état du portail est envoyé au service de messagerie
email-pushed-text = { $n ->
    [one] Le domaine { $domain } a été comparé avec le service de messagerie. { $by } a fait envoyer à ce service l’état d’un élément du portail.
   *[other] Le domaine { $domain } a été comparé avec le service de messagerie. { $by } a fait envoyer à ce service l’état de { $n } éléments du portail.
  }
email-pushed-next = Si une boîte a été créée de nouveau, elle est vide, et la personne n’a reçu aucun e-mail : envoyez-lui un lien de connexion, ou remettez-lui un nouveau mot de passe. Sinon, vous n’avez rien à faire.
email-reconciled-what = Éléments
email-reconciled-others = { $n ->
    [one] et { $n } autre
   *[other] et { $n } autres
  }
email-reconciled-button = Voir la comparaison

email-creation-guarded-subject = { $address } n’a pas été créée
email-creation-guarded-text = La création de { $address } attendait sur le domaine { $domain }. Depuis, cette adresse s’est mise à recevoir les e-mails d’un compte qui a des droits : la demande n’a donc pas été envoyée au service de messagerie.
email-creation-guarded-next = C’est à vous de décider, comme propriétaire : ouvrez la page de cette adresse, puis réessayez, ou corrigez ou supprimez l’adresse.

email-domain-disabled-subject = { $domain } a été désactivé
email-domain-disabled-text = L’équipe du portail a désactivé le domaine { $domain }.
email-domain-disabled-reason = Raison donnée
email-domain-disabled-next = Ses boîtes continuent de fonctionner. Dans le portail, tout reste lisible, mais aucune adresse ne peut plus être créée ni modifiée. Pour toute question, adressez-vous à { $portal-support }.
email-domain-disabled-button = Voir le domaine

email-confirm-account-subject = Confirmez votre adresse
email-confirm-account-text = Ce lien a été demandé dans le portail par « { $by } », pour confirmer qu’il s’agit bien de son adresse.
email-confirm-support-subject = { $domain } : confirmez l’adresse d’assistance
email-confirm-support-text = Cette adresse a été choisie comme adresse d’assistance du domaine { $domain } par « { $by } ». Si vous confirmez, nous vous écrirons quand le statut du domaine change.
email-confirm-valid = Ouvrez ce lien, puis appuyez sur le bouton de la page. Il fonctionne une seule fois, pendant { $length }.
email-confirm-button = Confirmer cette adresse
email-confirm-unexpected = Seule la personne concernée doit appuyer sur ce bouton. Vous ne connaissez pas « { $by } », ou vous n’avez rien demandé ? N’ouvrez pas le lien : sans vous, rien ne se passe.

email-domain-removed-subject = { $domain } a été supprimé du portail
email-domain-removed-text = L’équipe du portail a supprimé le domaine { $domain }, qui n’avait jamais été actif. Ce qui y était enregistré est supprimé aussi.
email-domain-removed-next = Pour toute question, adressez-vous à { $portal-support }.

email-domain-claimed-subject = { $domain } : une personne dit que ce domaine est le sien
email-domain-claimed-text = Une personne n’a pas pu ajouter le domaine { $domain }, parce que le portail le connaît déjà. Elle dit qu’il appartient à son organisation.
email-domain-claimed-by = Nom
email-domain-claimed-address = Adresse du compte
email-domain-claimed-next = Vérifiez à qui appartient ce domaine avant de donner un rôle ou de supprimer le domaine.

email-invitation-subject = Invitation à rejoindre { $domain }
email-invitation-text = Vous avez une invitation à rejoindre les personnes qui gèrent les adresses du domaine { $domain }. L’invitation vient de « { $inviter } ».
email-invitation-expires = Le lien fonctionne jusqu’au
email-invitation-button = Accepter l’invitation
email-invitation-unexpected = Vous ne connaissez pas « { $inviter } » ? Vous pouvez ignorer cet e-mail : sans vous, rien ne se passe.
email-access-domain = Domaine
email-access-role = Votre rôle
email-role-changed-subject = Votre rôle sur { $domain } a changé
email-role-changed-text = Votre rôle sur le domaine { $domain } a été changé par { $by }.
email-access-removed-subject = Vous n’avez plus accès à { $domain }
email-access-removed-text = Votre rôle sur le domaine { $domain } a été retiré par { $by }. Si c’est une erreur, adressez-vous à cette personne.
email-access-button = Ouvrir le portail
email-owner-now-subject = Vous êtes propriétaire de { $domain }
email-owner-now-text = Votre compte { $address } est maintenant propriétaire du domaine { $domain }.
email-staff-now-subject = Vous faites partie de l’équipe du portail
email-staff-now-text = Votre compte { $address } fait maintenant partie de l’équipe du portail.
email-raised-by = Décidé par
email-raised-operator = l’équipe du portail
email-raised-leads-nowhere = Ce portail ne transmet les e-mails envoyés à { $address } à aucune autre adresse.
email-raised-leads = Une personne qui lit les e-mails envoyés à { $address } peut prendre votre compte. D’après ce portail, ils arrivent aussi ailleurs ({ $count ->
    [one] { $count } endroit
   *[other] { $count } endroits
  }). La page « Votre compte » dit où.
email-raised-next = Si quelque chose vous surprend, adressez-vous à { $portal-support }.
email-raised-button = Voir votre compte

email-forgotten-password-subject = Choisir un nouveau mot de passe
email-forgotten-password-text = Un nouveau mot de passe a été demandé pour votre compte sur le portail, sans doute par vous.
email-forgotten-password-valid = Ouvrez ce lien pour le choisir. Il fonctionne une seule fois, pendant { $length }.
email-forgotten-password-button = Choisir un nouveau mot de passe
email-forgotten-password-unexpected = Vous n’avez rien demandé ? Vous pouvez ignorer cet e-mail : votre mot de passe ne change pas. Ne transmettez cet e-mail à personne.
email-wrong-passwords-subject = Beaucoup de mots de passe faux pour votre compte
email-wrong-passwords-text = En une heure, { $count } mots de passe faux ont été essayés pour votre compte sur le portail, depuis des navigateurs que le portail ne reconnaît pas. Pour le moment, d’autres essais depuis de tels navigateurs sont refusés, même avec le bon mot de passe.
email-wrong-passwords-safe = Votre mot de passe n’a pas changé. Un navigateur qui a déjà servi à vous connecter fonctionne comme avant.
email-wrong-passwords-at = Constaté le
email-wrong-passwords-way = Pour vous connecter depuis un autre navigateur, choisissez un nouveau mot de passe avec le lien ci-dessous. Si votre mot de passe sert aussi ailleurs ou se devine, changez-le.
email-new-browser-subject = Connexion depuis un nouveau navigateur
email-new-browser-text = Une connexion à votre compte sur le portail, sans doute la vôtre, vient d’avoir lieu depuis un navigateur que le portail ne reconnaît pas.
email-new-browser-at = Connexion le
email-new-browser-not-you = Si cela ne vient pas de vous, choisissez tout de suite un nouveau mot de passe avec le lien ci-dessous : toutes les sessions se terminent. Prévenez aussi { $portal-support }.
email-password-changed-subject = Votre mot de passe a changé
email-password-changed-text = Le mot de passe de votre compte sur le portail vient de changer. Les sessions ouvertes ailleurs sont terminées.
email-password-changed-account = Compte
email-password-changed-at = Changé le
email-password-changed-not-you = Si cela ne vient pas de vous, choisissez tout de suite un nouveau mot de passe avec le lien ci-dessous, et prévenez { $portal-support }.
