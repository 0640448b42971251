# Ce qui arrive à une boîte après sa création, et son historique.

mailbox-edit-text = Le prénom et le nom que le service de messagerie affiche, et l’adresse de secours.
mailbox-edit-text-names = Le prénom et le nom seulement.
mailbox-edit-text-disabled = Le prénom, le nom et l’adresse de secours. Le service de messagerie recevra le prénom et le nom quand la boîte sera réactivée.
mailbox-edited = { $address } est modifiée.
mailbox-unchanged = Rien n’a changé pour { $address }.
mailbox-edit-now = La boîte est maintenant au nom de { $first } { $last }. Adresse de secours : { $secondary }.
mailbox-edit-under-way = Le service de messagerie ne répond pas pour le moment. Le nouveau nom de { $address } est enregistré et lui sera transmis dès que possible ; vous n’avez rien à refaire.
mailbox-wanted-names = Nouveau nom : { $first } { $last }.

mailbox-disable-link = Désactiver
mailbox-disable-text = La personne ne peut plus ouvrir sa boîte. Son agenda et son carnet d’adresses sont effacés ; ses messages restent.
mailbox-disable-title = Désactiver { $address }
mailbox-disable-what = La personne ne pourra plus ouvrir sa boîte tant que cette boîte n’aura pas été réactivée.
mailbox-disable-lost = Le service de messagerie efface l’agenda et le carnet d’adresses. Cela ne peut pas être annulé, même en réactivant la boîte.
mailbox-disable-kept = Les messages sont gardés, et l’adresse reste prise.
mailbox-disabled = { $address } est désactivée.
mailbox-disabled-already = { $address } est déjà désactivée.
mailbox-disable-under-way = Le service de messagerie ne répond pas pour le moment. La désactivation de { $address } est enregistrée et sera faite dès que possible.
mailbox-disable-withdrawn = La désactivation n’avait pas encore eu lieu : elle est annulée. { $address } reste active.
mailbox-disable-undone = La désactivation de { $address } est annulée. Le service de messagerie l’a peut-être déjà faite : dans ce cas, la boîte est réactivée, mais son agenda et son carnet d’adresses sont perdus.

mailbox-enable = Réactiver
mailbox-enable-text = La personne peut de nouveau ouvrir sa boîte et y retrouve ses messages. L’agenda et le carnet d’adresses repartent vides.
mailbox-enabled = { $address } est de nouveau active.
mailbox-enabled-already = { $address } est déjà active.
mailbox-enable-under-way = Le service de messagerie ne répond pas pour le moment. La réactivation de { $address } est enregistrée et sera faite dès que possible.
mailbox-enable-withdrawn = La réactivation n’avait pas encore eu lieu : elle est annulée. { $address } reste désactivée.
mailbox-enable-undone = La réactivation de { $address } est annulée. Le service de messagerie l’a peut-être déjà faite : dans ce cas, la boîte est désactivée de nouveau.
mailbox-change-refused = La demande sur { $address } n’a pas abouti. { $reason }
mailbox-keep-enabled = Annuler la désactivation
mailbox-keep-enabled-text = Si le service de messagerie ne l’a pas encore faite, la boîte reste active, avec son agenda et son carnet d’adresses.

mailbox-delete-text-there = La boîte, ses messages, son agenda et son carnet d’adresses disparaissent.
mailbox-delete-lost = Le service de messagerie supprime la boîte avec ses messages, son agenda et son carnet d’adresses.
mailbox-delete-final = Cela ne peut pas être annulé. Une nouvelle boîte à cette adresse serait vide.
mailbox-delete-under-way = Le service de messagerie ne répond pas pour le moment. La suppression de { $address } est enregistrée et sera faite dès que possible.

mailbox-keep = Garder la boîte
mailbox-keep-text = Si le service de messagerie ne l’a pas encore supprimée, la demande est annulée et rien n’est perdu.
mailbox-delete-withdrawn = La suppression n’avait pas encore eu lieu : elle est annulée. { $address } est gardée.
mailbox-delete-undone = Si le service de messagerie n’a pas encore supprimé { $address }, la suppression est annulée. Sa réponse peut prendre un quart d’heure ; la page de la boîte dira ce qu’il en est.
mailbox-leading-aliases = Ces alias restent, mais leurs messages n’arriveront plus dans cette boîte : { $aliases }.
mailbox-aliases = Alias qui mènent à cette boîte

mailbox-login-link = Envoyer un lien de connexion
mailbox-login-link-text = Un e-mail est envoyé à l’adresse de secours, avec un lien qui ouvre la boîte sans mot de passe. Un lien déjà envoyé cesse de fonctionner ; le mot de passe ne change pas.
mailbox-reset-email = Envoyer un nouveau mot de passe
mailbox-reset-email-text = Un e-mail est envoyé à l’adresse de secours. Le mot de passe actuel cesse de fonctionner à ce moment-là.
mailbox-reset-sheet = Créer un mot de passe et afficher la fiche
mailbox-reset-sheet-text = Une fiche à remettre en main propre s’affiche, une seule fois. Le mot de passe actuel cesse de fonctionner.
mailbox-no-secondary-note = Un lien de connexion ne peut pas être envoyé : cette boîte n’a pas d’adresse de secours. Ajoutez-en une, ou remettez un nouveau mot de passe sur une fiche.
mailbox-no-secondary-holder-note = Un lien de connexion ne peut pas être envoyé : cette boîte n’a pas d’adresse de secours. Ajoutez-en une.

own-mailbox = Ma boîte
own-mailbox-prove = Confirmer que cette boîte est la vôtre
own-mailbox-prove-text = Elle porte l’adresse de votre compte, mais cette adresse a pu passer à une autre personne. Un lien y est envoyé, à ouvrir dans ce navigateur. Une fois le lien utilisé, vous pourrez modifier votre boîte.
mailbox-viewer-note = Votre rôle permet de consulter cette boîte. Pour la modifier, adressez-vous à une personne qui a le rôle Propriétaire ou Administrateur sur le domaine.
mailbox-not-created = Le service de messagerie n’a pas encore cette boîte. Cette action sera possible une fois la boîte créée.
mailbox-person-there = { $name } a le rôle « { $role } » sur { $domain } avec cette adresse, et le garde.
mailbox-person-remove = Retirer le rôle de { $name }
mailbox-is-busy = La suppression de cette boîte est demandée : rien d’autre ne peut lui être demandé. Pour garder la boîte, ouvrez sa page et appuyez sur « Garder la boîte ».
mailbox-retry-change-text = La demande en cours est envoyée maintenant. Rien n’est fait deux fois.
mailbox-retry-nothing = Aucune demande n’attend pour cette boîte : il n’y a rien à réessayer.

mailbox-step-change-under-way = Demande en cours : { $what }. Elle se poursuit d’elle-même ; vous n’avez rien à refaire.
mailbox-step-change-refused = Cette demande a été refusée : { $what }. { $reason }
mailbox-step-change-given-up = Le service de messagerie n’a pas répondu pendant trop longtemps, et nous avons cessé d’essayer : { $what }. Vous pouvez réessayer maintenant.
mailbox-step-to-let-in = Pour autant que le portail le sache, la personne n’a pas encore reçu de mot de passe. Envoyez-lui un lien de connexion.
mailbox-step-unseen = Pour autant que le portail le sache, la personne n’a pas encore reçu de mot de passe.

change-rename = nouveau nom
change-disable = désactivation
change-enable = réactivation
change-delete = suppression
change-keep = garder la boîte

history-title = Historique
history-staff = { $name } (équipe du portail)
event-mailbox-added = a demandé cette adresse.
event-mailbox-opened = Le service de messagerie a créé la boîte.
event-mailbox-adopted = Boîte reprise : le service de messagerie l’avait déjà.
event-mailbox-names-adopted = Prénom et nom repris du service de messagerie ({ $what })
event-mailbox-remade = Le service de messagerie avait perdu la boîte : elle y est recréée.
event-mailbox-failed = La création n’a pas abouti. { $reason }
event-mailbox-gone = Le service de messagerie n’a plus la boîte.
event-mailbox-edited-by = a changé : { $what }.
event-mailbox-edited = Changement fait : { $what }.
event-mailbox-edit-asked = a demandé un changement : { $what }.
event-mailbox-disable-asked = a demandé la désactivation.
event-mailbox-disabled = Le service de messagerie a désactivé la boîte.
event-mailbox-enable-asked = a demandé la réactivation.
event-mailbox-enabled = Le service de messagerie a réactivé la boîte.
event-mailbox-delete-asked = a demandé la suppression.
event-login-link-asked = a fait envoyer un lien de connexion.
event-first-access-asked = Un lien a été demandé depuis la page de connexion ; il est envoyé à l’adresse de secours.
event-password-email = a fait envoyer un nouveau mot de passe.
event-password-sheet = a demandé un nouveau mot de passe à remettre.
event-handed-over = a remis la fiche avec le mot de passe.
event-mailbox-retried = a relancé la demande.
event-mailbox-refused = Demande refusée : { $what }. { $reason }
event-mailbox-withdrawn = a annulé une demande : { $what }.
event-fields-names = prénom et nom
event-fields-secondary = adresse de secours
event-fields-both = prénom, nom et adresse de secours

selected-column = Choisir
selected-all = Tout cocher
selected-action = Pour les adresses cochées
selected-hint = Cochez des adresses de cette page, puis choisissez ce qu’il faut en faire.
selected-action-disable = Désactiver
selected-action-enable = Réactiver
selected-action-login-link = Envoyer un lien de connexion
selected-title = Plusieurs adresses
selected-title-disable = { $n ->
    [one] Désactiver { $n } adresse
   *[other] Désactiver { $n } adresses
  }
selected-title-enable = { $n ->
    [one] Réactiver { $n } adresse
   *[other] Réactiver { $n } adresses
  }
selected-title-login-link = { $n ->
    [one] Envoyer { $n } lien de connexion
   *[other] Envoyer { $n } liens de connexion
  }
selected-choose = Choisir des adresses
selected-disable-what = Ces personnes ne pourront plus ouvrir leur boîte tant qu’elle n’est pas réactivée.
selected-choose-action = Choisir…
selected-count = { $n ->
    [one] { $n } adresse cochée
   *[other] { $n } adresses cochées
  }
selected-none-title = Rien à faire pour ces adresses
selected-none = Cette action n’est possible pour aucune des adresses cochées.
selected-already = C’est déjà le cas
selected-others = { $n ->
    [one] Rien ne change pour { $n } adresse
   *[other] Rien ne change pour { $n } adresses
  }
selected-enable-what = Ces personnes pourront de nouveau ouvrir leur boîte. L’agenda et le carnet d’adresses effacés à la désactivation ne reviennent pas.
selected-login-link-what = Un e-mail avec un lien de connexion est envoyé à l’adresse de secours de chaque personne. Les liens envoyés auparavant cessent de fonctionner.
mistake-no-action-chosen = Choisissez ce qu’il faut faire avec les adresses cochées.
component-selected-go = Continuer

bulk-stored = Votre demande est enregistrée. Le résultat de chaque adresse est ci-dessous.
bulk-progress-label = Avancement
bulk-progress = { $done } sur { $total }
bulk-asked = Demandé par { $actor } le { $timestamp }.
bulk-updates = Cette page se met à jour toute seule ; vous pouvez la quitter.
bulk-column-result = Résultat
line-done-disable = Désactivée
line-done-enable = Active
line-done-login-link = E-mail envoyé
line-under-way = En cours
line-tried-again = Le service de messagerie ne répond pas ; nouvel essai bientôt
line-email-given-up = L’e-mail n’a pas pu être délivré
line-replaced = Remplacée par une demande plus récente
line-unknown = Aucune boîte à cette adresse
line-not-created = Pas encore créée au service de messagerie
line-busy = Une autre demande est en cours
line-guarded = Adresse protégée : réservée aux propriétaires
line-not-enabled = La boîte n’est pas active
line-unsupported = Ce service de messagerie ne propose pas de liens de connexion
line-no-secondary = Pas d’adresse de secours
line-too-many = Limite d’e-mails en une heure atteinte : réessayez dans une heure

address-guarded = Cette adresse reçoit les e-mails du compte d’une personne propriétaire, d’une personne qui administre un autre domaine ou de l’équipe du portail. Seuls les propriétaires du domaine ({ $owners }) décident qui lit ces e-mails.
address-guarded-staff = Cette adresse reçoit les e-mails d’un compte de l’équipe du portail. Seule l’équipe du portail décide qui lit ces e-mails.
mistake-secondary-too-often = L’adresse de secours a changé plusieurs fois en une heure, et chaque changement envoie un e-mail à l’adresse précédente. Attendez une heure avant de la changer encore.
mistake-gone-at-dimail = Le service de messagerie n’a plus cette boîte : ses messages, son agenda et son carnet d’adresses sont perdus. Réessayer en crée une nouvelle, vide, à la même adresse ; sinon, supprimez l’adresse ici.
mistake-nothing-chosen = Aucune ligne n’est cochée. Cochez celles dont il s’agit.

# Ce qui est demandé et que le service de messagerie n’a pas encore.
change-asked-create-domain = Ajout du domaine demandé par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-create-mailbox = Création demandée par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-rename-mailbox = Nouveau nom demandé par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-disable-mailbox = Désactivation demandée par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-enable-mailbox = Réactivation demandée par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-delete-mailbox = Suppression demandée par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-keep-mailbox = Suppression annulée par { $person } le { $timestamp } ; le service de messagerie n’a pas encore dit s’il l’avait déjà faite.
change-asked-add-destination = Ajout demandé par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-remove-destination = Retrait demandé par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
change-asked-delete-alias = Suppression de l’alias demandée par { $person } le { $timestamp } ; le service de messagerie n’a pas encore répondu.
