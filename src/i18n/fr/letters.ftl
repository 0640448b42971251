# Les lettres envoyées par e-mail.

letter-hello = Bonjour { $name },
letter-hello-all = Bonjour,
letter-footer = Lettre envoyée automatiquement par { $brand }.
letter-link-as-text = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
letter-domain-both-forms = { $unicode } ({ $ascii })

letter-new-mailbox-subject = Votre adresse { $address } est prête
letter-new-mailbox-open = Votre boîte mail est ouverte. Vous pouvez dès maintenant recevoir et envoyer du courriel avec cette adresse.
letter-new-mailbox-address = Votre adresse
letter-new-mailbox-webmail = La messagerie
letter-new-mailbox-with-link = Pour y entrer la première fois, ouvrez ce lien : il ne demande pas de mot de passe. Il fonctionne pendant { $length }, { $uses ->
    [one] { $uses } fois
   *[other] { $uses } fois
  } au plus.
letter-new-mailbox-keep-link = Ne transmettez cette lettre à personne : avec ce lien, n'importe qui entre dans votre boîte.
letter-new-mailbox-when-expired = Si le lien ne fonctionne plus, demandez-en un autre sur { $page }. Il vous sera envoyé à cette même adresse de secours.
letter-new-mailbox-without-link = Pour y entrer la première fois, il vous faut un mot de passe. Demandez-le à { $support }.
letter-new-mailbox-enter = Entrer dans ma boîte mail
letter-new-mailbox-see-webmail = Ouvrir la messagerie
letter-new-mailbox-unexpected = Vous n'attendiez pas cette lettre ? Dites-le à { $support }.
letter-login-link-subject = Votre lien pour entrer dans { $address }
letter-login-link-text = Voici un nouveau lien pour entrer dans votre boîte mail.
letter-login-link-with-link = Ouvrez ce lien : il ne demande pas de mot de passe. Il fonctionne pendant { $length }, { $uses ->
    [one] { $uses } fois
   *[other] { $uses } fois
  } au plus.
letter-login-link-unexpected = Vous n'avez rien demandé ? N'ouvrez pas le lien, et dites-le à { $support }.
letter-new-password-subject = Un nouveau mot de passe pour { $address }
letter-new-password-text = Votre boîte mail a un nouveau mot de passe. L'ancien ne fonctionne plus.
letter-new-password-password = Votre nouveau mot de passe
letter-new-password-change = Entrez-y avec ce mot de passe, puis choisissez-en aussitôt un autre. Si vous recevez plusieurs lettres comme celle-ci, seule la dernière compte.
letter-new-password-keep = Ne transmettez cette lettre à personne, et détruisez-la ensuite.
letter-new-password-unexpected = Vous n'avez rien demandé ? Dites-le à { $support }.
letter-secondary-changed-subject = L'adresse de secours de { $address } a changé
letter-secondary-changed-text = { $by } a changé l'adresse de secours de la boîte { $address } : ce n'est plus celle-ci.
letter-secondary-changed-then = Les liens et mots de passe de cette boîte n'arriveront plus ici.
letter-secondary-changed-unexpected = Si cela vous surprend, écrivez sans attendre à { $support }.

letter-domain-ready-subject = { $domain } est actif
letter-domain-ready-text = Le domaine { $domain } a passé toutes les vérifications : il est actif.
letter-domain-ready-next = Les adresses demandées pendant l'attente sont créées en ce moment même. Leurs titulaires qui ont une adresse de secours reçoivent une lettre. Vous pouvez en créer d'autres.
letter-domain-ready-button = Voir les adresses

letter-domain-action-subject = { $domain } : des enregistrements DNS sont à corriger
letter-domain-action-text = { $count ->
    [0] Une vérification du domaine { $domain } n'est pas passée : ses enregistrements DNS sont à corriger.
    [one] Une vérification du domaine { $domain } n'est pas passée. Voici ce qui est à corriger dans le DNS.
   *[other] { $count } vérifications du domaine { $domain } ne sont pas passées. Voici ce qui est à corriger dans le DNS.
  }
letter-domain-action-next = Une fois la correction faite, vous n'avez rien d'autre à faire : le domaine est vérifié régulièrement. En attendant, les nouvelles adresses sont enregistrées et seront créées dès que le domaine sera actif.
letter-domain-action-button = Voir les enregistrements attendus

letter-domain-failed-subject = { $domain } : la messagerie est à réparer
letter-domain-failed-text = Les enregistrements DNS du domaine { $domain } sont corrects, mais une vérification interne de la messagerie ne passe pas. Nous lui avons demandé de se réparer, sans effet pour le moment.
letter-domain-failed-next = Vous n'avez rien à changer. Le domaine est vérifié régulièrement ; en attendant, les nouvelles adresses sont enregistrées et seront créées dès qu'il sera actif. Si cela dure plus d'un jour, écrivez à l'assistance du portail.
letter-domain-failed-button = Voir le domaine

letter-domain-disabled-subject = { $domain } a été désactivé
letter-domain-disabled-text = L'équipe du portail a désactivé le domaine { $domain }.
letter-domain-disabled-reason = Raison donnée
letter-domain-disabled-next = Ses boîtes mail continuent de fonctionner. Dans le portail, tout reste lisible, mais aucune adresse ne peut plus être créée ni modifiée. Pour toute question, écrivez à l'assistance du portail.
letter-domain-disabled-button = Voir le domaine

letter-invitation-subject = { $inviter } vous invite à gérer { $domain }
letter-invitation-text = { $inviter } vous invite à rejoindre les personnes qui gèrent le domaine de messagerie { $domain }.
letter-invitation-expires = Le lien fonctionne jusqu'au
letter-invitation-button = Accepter l'invitation
letter-invitation-unexpected = Vous ne connaissez pas { $inviter } ? Vous pouvez ignorer cette lettre : sans vous, rien ne se passe.
letter-access-domain = Domaine
letter-access-role = Votre rôle
letter-access-given-subject = Vous avez accès à { $domain }
letter-access-given-text = { $by } vous a donné un rôle sur le domaine de messagerie { $domain }. Vous pouvez l'utiliser dès maintenant.
letter-role-changed-subject = Votre rôle sur { $domain } a changé
letter-role-changed-text = { $by } a changé votre rôle sur le domaine de messagerie { $domain }.
letter-access-removed-subject = Vous n'avez plus accès à { $domain }
letter-access-removed-text = { $by } a retiré votre rôle sur le domaine de messagerie { $domain }. Si c'est une erreur, adressez-vous à cette personne.
letter-access-button = Ouvrir le portail

letter-forgotten-password-subject = Choisir un nouveau mot de passe
letter-forgotten-password-text = Quelqu'un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur le portail.
letter-forgotten-password-valid = Ouvrez ce lien pour le choisir. Il fonctionne une seule fois, pendant { $length }.
letter-forgotten-password-button = Choisir un nouveau mot de passe
letter-forgotten-password-unexpected = Vous n'avez rien demandé ? Vous pouvez ignorer cette lettre : votre mot de passe ne change pas. Ne la transmettez à personne.
letter-password-changed-subject = Votre mot de passe a changé
letter-password-changed-text = Le mot de passe de votre compte sur le portail vient de changer. Les sessions ouvertes ailleurs sont terminées.
letter-password-changed-account = Compte
letter-password-changed-at = Changé le
letter-password-changed-not-you = Si cela ne vient pas de vous, choisissez tout de suite un nouveau mot de passe avec le lien ci-dessous, et prévenez l'assistance du portail.
