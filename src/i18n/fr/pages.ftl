# Ce que toutes les pages ont en commun, la connexion, les erreurs, les e-mails de la démonstration.

save = Enregistrer
cancel = Annuler
edit = Modifier
column-status = Statut
what-is-lost = Ce qui sera perdu

list-any-status = Tous les statuts
list-nothing-found = Rien ne correspond à ces filtres.
list-nothing-found-filtered = Rien ne correspond à « { $q } » avec ces filtres.
list-no-domain = Aucun domaine ne correspond à « { $q } ».
list-no-address = Aucune adresse ne correspond à « { $q } ».
list-no-alias = Aucun alias ne correspond à « { $q } ».
list-no-line = Aucune ligne ne correspond à « { $q } ».
list-show-all = Tout afficher
list-sort-name = Nom
list-sort-last-name = Nom de famille
list-sort-address = Adresse
list-sort-status = Statut
list-sort-newest = Les plus récents
list-sort-mailboxes = Nombre d’adresses

sign-in-title = Se connecter
sign-in-lead = Pour gérer les domaines et les adresses de votre administration.
sign-in-email = Adresse e-mail
sign-in-password = Mot de passe
sign-in-submit = Se connecter
sign-in-first-access = Vous avez une adresse ici et ne pouvez pas entrer dans votre boîte ?
sign-in-cookies = Vous venez de vous connecter et revenez ici ? Votre navigateur n’a pas renvoyé le cookie du portail. Acceptez les cookies de ce site, puis recommencez.
sign-in-cookies-https = Vous venez de vous connecter et revenez ici ? Votre navigateur n’a pas renvoyé le cookie du portail. Acceptez les cookies de ce site, et ouvrez le site par son adresse sécurisée (https) : { $address }

first-access-title = Entrer dans votre boîte
first-access-back = Se connecter
first-access-lead = Le lien de votre e-mail ne fonctionne plus, ou votre mot de passe est perdu : demandez ici un nouveau lien de connexion. Aucun compte n’est nécessaire.
first-access-address = Adresse de votre boîte
first-access-address-hint = Celle qui a été créée pour vous, par exemple prenom.nom@votre-commune.fr. Le lien est envoyé à votre adresse de secours ; un lien plus ancien cesse alors de fonctionner.
first-access-submit = Recevoir un lien
first-access-asked = Si cette boîte est active et a une adresse de secours, un e-mail avec un lien de connexion part dans un instant vers cette adresse de secours.
first-access-nothing = Rien reçu d’ici un quart d’heure ? Adressez-vous à la personne qui gère les adresses de votre administration : elle peut vous remettre un nouveau mot de passe.
first-access-again = Indiquer une autre adresse
first-access-unsupported = Ce service de messagerie ne propose pas de liens de connexion. Adressez-vous à la personne qui gère les adresses de votre administration.
first-access-too-many = Beaucoup de liens ont été demandés depuis votre réseau.

login-link-title = Entrer dans votre boîte
login-link-lead = Ce lien est celui de la boîte { $address }.
login-link-text = La messagerie s’ouvre sans demander de mot de passe.
login-link-again = Le service de messagerie ne répond pas pour le moment. Rien n’a été consommé : appuyez de nouveau sur le bouton dans quelques minutes.
login-link-unsupported = Ce service de messagerie ne propose pas de liens de connexion. Pour entrer dans votre boîte, écrivez à cette adresse : { $support }
login-link-refused = Le service de messagerie refuse d’ouvrir cette boîte. Écrivez à cette adresse : { $support }
login-link-closed = Le domaine de cette boîte est désactivé pour le moment. Si le lien n’a pas expiré d’ici là, il fonctionnera de nouveau quand le domaine sera réactivé.
login-link-over-title = Ce lien ne fonctionne plus
login-link-over = Il a expiré, a servi plusieurs fois, ou un lien plus récent a été envoyé depuis ; ou bien la boîte a été modifiée. Faites envoyer un nouveau lien à votre adresse de secours.

error-number = Numéro de la demande :
error-to-domains = Voir vos domaines
error-back = Revenir à la page précédente
error-get-help = Assistance
error-not-found-title = Cette page n’existe pas
error-not-found = L’adresse est peut-être incomplète, ou vous n’avez pas de rôle sur ce domaine. Si vous devez en avoir un, demandez à une personne propriétaire du domaine de vous inviter.
error-forbidden-title = Votre rôle ne le permet pas
error-forbidden = Votre rôle ne permet pas cette action. Adressez-vous à une personne propriétaire du domaine.
error-forbidden-owners = Votre rôle sur ce domaine ne permet pas cette action. Adressez-vous à une personne propriétaire du domaine : { $owners }.
error-staff-only = Cette page est réservée à l’équipe du portail. Revenez à vos domaines.
error-cross-site-title = Cette demande vient d’un autre site
error-cross-site = Par sécurité, seules les pages de ce portail peuvent agir en votre nom. Ouvrez le portail et recommencez depuis sa propre page.
error-conflict-title = Ce n’est pas possible en ce moment
error-conflict = Cette action n’est pas possible pour le moment. Revenez à la page précédente et actualisez-la : elle montre ce qui est possible.
error-too-many-title = Trop de demandes en peu de temps
error-too-many = Attendez un peu, puis recommencez.
error-too-large-title = Ce formulaire est trop volumineux
error-too-large = Ce que vous avez envoyé dépasse la taille permise. Revenez au formulaire et raccourcissez votre texte.
error-odd-title = Cette demande n’a pas été comprise
error-odd = Votre navigateur a envoyé une demande que ce portail ne connaît pas. Reprenez depuis la liste de vos domaines.
error-unavailable-title = Le portail n’est pas disponible pour le moment
error-unavailable = Le portail n’a pas accès à ses données, ou ne peut rien enregistrer en ce moment. Réessayez dans quelques secondes ; si cela dure, adressez-vous à { $portal-support } en donnant le numéro ci-dessous.
error-unsure = Le portail ne sait pas si votre demande est enregistrée. Vérifiez-le avant d’envoyer la demande de nouveau ; si cela dure, adressez-vous à { $portal-support } en donnant le numéro ci-dessous.
error-look = Vérifier si c’est enregistré
error-typed-kept = Ce que vous avez saisi est toujours là : le bouton « Réessayer » l’envoie de nouveau.
error-again = Réessayer
error-fault-title = Le portail a rencontré une difficulté
error-fault = Ce n’est pas de votre fait. Réessayez dans un instant ; si cela se reproduit, adressez-vous à { $portal-support } en donnant le numéro ci-dessous.

outbox-title = E-mails envoyés
outbox-lead = Dans la démonstration, les e-mails ne partent pas : ils se lisent ici.
outbox-empty = Aucun e-mail pour le moment.
outbox-to = à
