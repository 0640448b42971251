# Le compte d’une personne, et le mot de passe oublié.

account-title = Votre compte
account-name = Prénom et nom
account-language = Langue
account-language-fr = Français
account-language-en = English
account-language-hint = Celle des pages et des e-mails que vous recevez.
account-password-title = Changer de mot de passe
account-password-lead = Laissez ces deux champs vides pour garder votre mot de passe. Si vous le changez, il faudra vous reconnecter dans vos autres navigateurs.
account-current-password = Mot de passe actuel
account-new-password = Nouveau mot de passe
account-password-hint = 12 caractères au moins. Une phrase est facile à retenir.
account-saved = Votre compte est enregistré.
account-password-saved = Votre mot de passe est changé. Les sessions ouvertes ailleurs sont terminées, et un e-mail vous le confirme.
account-address = Adresse
account-address-fixed = Vous vous connectez avec cette adresse. Elle ne se change pas ici : adressez-vous à { $portal-support }.
account-leads = Où mène votre adresse
account-leads-lead = Une personne qui lit les e-mails envoyés à votre adresse peut prendre votre compte, et avec lui vos droits. Voici où ils arrivent aussi.
account-leads-what = Cela vous surprend ? Demandez à une personne propriétaire du domaine ou à { $portal-support } de corriger cela.
account-staff = Vous faites partie de l’équipe du portail : vous agissez sur tous les domaines avec les droits de propriétaire.
account-roles = Vos domaines
account-no-roles = Vous n’avez de rôle sur aucun domaine pour le moment.

forgot-title = Mot de passe oublié
forgot-lead = Indiquez l’adresse avec laquelle vous vous connectez. Vous recevrez un lien pour choisir un nouveau mot de passe.
forgot-submit = Recevoir le lien
forgot-sent-title = Consultez vos e-mails
forgot-sent = Si un compte porte cette adresse, un e-mail lui est envoyé maintenant, avec un lien qui fonctionne une seule fois, pendant une heure.
forgot-sent-nothing = Rien n’arrive ? Regardez dans les indésirables, et vérifiez que c’est bien l’adresse avec laquelle vous vous connectez. Cinq e-mails au plus sont envoyés en une heure ; le lien de chacun fonctionne.
forgot-again = Recommencer
forgot-link = Mot de passe oublié ?

reset-title = Choisir un nouveau mot de passe
reset-lead = Pour le compte { $email }. Vos sessions ouvertes ailleurs seront terminées.
reset-submit = Enregistrer et me connecter
reset-over-title = Ce lien n’est plus valable
reset-over = Il est incomplet, a déjà servi, ou a plus d’une heure. Vous pouvez en demander un nouveau.
reset-ask-again = Demander un nouveau lien

account-address-confirmed = Vous avez confirmé le { $day } que vous lisez les e-mails envoyés à cette adresse.
account-address-unconfirmed = Vous n’avez pas encore confirmé que vous lisez les e-mails envoyés à cette adresse.
account-address-confirm = Recevoir un lien de confirmation

confirm-title = Confirmer une adresse
confirm-account-text = Un lien a été demandé par { $by }, pour confirmer que cette personne lit les e-mails envoyés à { $email }.
confirm-support-text = { $by } a choisi { $email } comme adresse d’assistance de { $domain }. Si vous confirmez, nous y écrirons quand le statut du domaine change.
confirm-submit = Confirmer
confirm-unexpected = Vous n’avez rien à voir avec cette demande ? Fermez cette page sans confirmer : rien ne se passe.
confirm-other-account = Ce lien a été demandé par { $by }, avec un autre compte que celui qui est ouvert ici. Seule la personne qui l’a demandé doit l’ouvrir. Si c’est vous, déconnectez-vous pour revenir à cette page avec le bon compte.
confirm-account-done = { $email } est confirmée.
confirm-done-title = C’est confirmé
confirm-support-done = Nous écrirons à { $email } quand le statut de { $domain } change. Vous pouvez fermer cette page.
confirm-unknown-title = Ce lien n’est plus valable
confirm-unknown = Il est incomplet, a déjà servi, a plus de 24 heures, ou l’adresse a changé. Demandez-en un nouveau depuis la page où vous l’aviez demandé.
confirm-sent = Un lien de confirmation est en cours d’envoi à { $email }. Il fonctionne une seule fois, pendant 24 heures.
confirm-too-many = La limite de liens de confirmation envoyés à cette adresse en une heure est atteinte.
