# Les collaborateurs et les invitations.

domain-tab-members = Collaborateurs

members-lead = Les personnes qui ont un rôle sur ce domaine.
members-lead-viewer = Les personnes qui ont un rôle sur ce domaine. Pour demander un changement, adressez-vous à { $owners }.
members-column-name = Nom
members-column-role = Rôle
members-column-since = Depuis
members-column-last-visit = Dernière visite
members-column-actions = Actions
members-column-inviter = Envoyée par
members-column-expires = Expire
members-self = (vous)
members-closed = (compte fermé)
members-never = jamais
members-invitations = Invitations
invitations-resend-note = Renvoyer une invitation crée un nouveau lien : l’ancien cesse de fonctionner.

member-role-link = Changer le rôle
member-role-title = Rôle de { $name } sur { $domain }
member-role-now = Rôle actuel : { $role }.
member-role-submit = Enregistrer le rôle
member-role-self = C’est votre propre rôle. Si vous en choisissez un plus faible, vous perdez ces droits aussitôt, et seule une autre personne pourra vous les rendre.
member-role-told = { $name } recevra un e-mail.
member-role-told-self = Vous recevrez un e-mail.
member-role-lost = Si le nouveau rôle donne moins de droits, certains envois de la personne cessent de fonctionner : les invitations et les liens vers les réglages DNS qu’elle n’aurait plus le droit d’envoyer.
member-role-owner = Avant de donner le rôle Propriétaire, une page vous dit ce que ce rôle permet, et vous demande de confirmer.
member-role-invitations = { $n ->
    [one] { $n } invitation en attente de cette personne serait annulée.
   *[other] { $n } invitations en attente de cette personne seraient annulées.
  }
member-role-set = { $name } a maintenant le rôle { $role }.
member-role-again = Changer de nouveau le rôle
member-remove-link = Retirer
member-remove-title = Retirer { $name } de { $domain }
member-remove-what = { $name } ({ $email }) n’aura plus accès à ce domaine, et recevra un e-mail. Ses boîtes ne changent pas.
member-removed = { $name } n’a plus de rôle sur ce domaine.
member-leave-title = Quitter { $domain }
member-leave-what = Vous n’aurez plus accès à ce domaine. Pour revenir, il faudra qu’une personne vous invite de nouveau.
member-left = Vous avez quitté { $domain }.
member-last-owner = Un domaine garde toujours au moins une personne propriétaire. Nommez d’abord une autre personne propriétaire.
member-last-owner-note = Personne d’autre n’est propriétaire de ce domaine : pour le quitter ou changer de rôle, nommez d’abord une autre personne propriétaire.
member-no-role = Vous n’avez pas de rôle sur ce domaine : l’équipe du portail y agit sans en avoir.

role-about-viewer = Voit le domaine et ses listes, ne change rien.
role-about-administrator = Crée et modifie les adresses, invite des collègues.
role-about-owner = Est responsable du domaine, et nomme les autres propriétaires.

invitation-new-title = Inviter une personne
invitation-new-lead = La personne aura accès à { $domain }, avec le rôle que vous lui donnez.
invitation-new-submit = Envoyer l’invitation
invitation-email-hint = Par exemple nom@exemple.fr. La personne reçoit un e-mail avec un lien, et accepte ou non. Si elle a déjà un compte, elle trouve aussi l’invitation en haut de sa liste de domaines.
invitation-only-owners = Seuls les propriétaires ({ $owners }) peuvent nommer un propriétaire.
invitation-another = Inviter une autre personne
invitation-again = Inviter de nouveau cette personne
invitation-sent = L’invitation est en cours d’envoi à { $email }. Son lien fonctionne pendant 7 jours.
invitation-resend = Renvoyer
invitation-resend-to = l’invitation à { $email }
invitation-resent = L’invitation est envoyée de nouveau à { $email }, avec un nouveau lien valable 7 jours. L’ancien ne fonctionne plus.
invitation-withdraw = Annuler l’invitation
invitation-withdrawn = L’invitation envoyée à { $email } est annulée : son lien ne fonctionne plus.
invitation-expired = Expirée
invitation-too-many = La limite d’invitations est atteinte pour le moment.

invitation-title = Invitation à rejoindre { $domain }
invitation-text = { $inviter } vous invite à rejoindre le domaine { $domain }, avec le rôle { $role }.
invitation-join = Pour accepter, créez votre compte. Vous vous connecterez ensuite avec { $email } et le mot de passe que vous choisissez ici.
invitation-your-name = Votre prénom et votre nom
invitation-password-hint = 12 caractères au moins.
invitation-join-submit = Créer mon compte et accepter
invitation-sign-in = { $email } a déjà un compte. Connectez-vous pour accepter.
invitation-accept = Accepter l’invitation
invitation-other-account = Cette invitation est adressée à { $email }, mais la session est ouverte avec un autre compte. Déconnectez-vous pour revenir à cette page avec le bon compte.
invitation-waits = Ce domaine est désactivé en ce moment. Votre lien reste valable : revenez quand le domaine sera réactivé.
invitation-over = Cette invitation a expiré. Demandez à { $inviter } de vous l’envoyer de nouveau.
invitation-unknown-title = Cette invitation n’est plus valable
invitation-unknown = Le lien est incomplet, a déjà servi, ou l’invitation a été annulée. Si vous avez déjà accepté, connectez-vous ; sinon, demandez une nouvelle invitation à la personne qui vous a écrit.
invitation-accepted = Bienvenue. Vous avez maintenant accès à { $domain }.
invitation-to-portal = Aller au portail

owner-confirm-title = Donner à { $email } le rôle Propriétaire sur { $domain }
owner-confirm-what = Une personne propriétaire est responsable du domaine, nomme et retire les autres propriétaires, y compris vous.
owner-confirm-reads = Une personne qui lit les e-mails envoyés à { $email } pourra agir à la place de ce propriétaire. Voici où ils arrivent :
owner-confirm-changed = Les destinations de cette adresse ont changé depuis que vous les avez vues. Relisez-les avant de confirmer.
owner-confirm-hidden = Une personne qui lit les e-mails envoyés à cette adresse pourra agir à la place de ce propriétaire. Demandez à la personne si elle seule les lit : ce portail ne vous montre pas à quelles adresses ils sont transmis.
leads-alias = L’alias { $from } les envoie à { $to }.
leads-secondary = Les liens de connexion de la boîte { $from } arrivent à { $to }.
leads-secondary-hidden = Les liens de connexion de la boîte { $from } arrivent à une adresse de secours.
leads-creation = Une boîte attend d’être créée à { $from }.
leads-none = Aucun alias, aucune adresse de secours et aucune création en attente pour { $email }.
invitation-correct = Corriger l’adresse
invitation-no-longer-open = Cette invitation n’est plus ouverte : elle a été acceptée ou annulée entre-temps. La liste des collaborateurs montre qui a un rôle.
