# Les alias : liste, formulaire, page, retrait.

domain-tab-aliases = Alias

aliases-of = Alias de { $domain }
aliases-lead = Un alias est une adresse qui transmet : chaque e-mail qui y arrive est envoyé à ses destinations.
aliases-search = Rechercher un alias ou une destination
aliases-empty = Ce domaine n’a pas encore d’alias. Un alias est une adresse, comme contact@, qui transmet ses messages à une ou plusieurs personnes.
aliases-column-alias = Alias
aliases-column-to = Destinations
aliases-destinations = { $n ->
    [one] { $n } destination
   *[other] { $n } destinations
  }
aliases-total = { $n } alias

alias-new-title = Créer un alias
alias-new-submit = Créer l’alias
alias-more = Ajouter des champs de destination
alias-add-another = Créer un autre alias
alias-local-part = Adresse de l’alias
alias-local-part-hint = Lettres sans accent, chiffres, point, tiret et tiret bas. Une boîte peut déjà porter cette adresse.
alias-destination = Destination
alias-destination-hint = Par exemple nom@exemple.fr. Il en faut au moins une, ici ou dans la liste ci-dessous, sauf si vous jetez les messages.
alias-destinations-list = Plusieurs destinations à la fois
alias-destinations-list-hint = Une par ligne, ou séparées par des virgules ou des points-virgules. « Nom <adresse> » est accepté.
alias-destination-n = Destination { $n }
alias-discard = Jeter les messages
alias-discard-hint = Pour une adresse à laquelle personne ne doit répondre : personne ne reçoit les messages, et la personne qui écrit n’en est pas prévenue.
alias-discard-text = Sans autre destination, ce qui arrive à cette adresse est jeté, et la personne qui écrit n’en est pas prévenue. Les destinations qui restent continuent de recevoir les messages.
alias-discards = Messages jetés

alias-stands = C’est enregistré. Ces destinations reçoivent les e-mails envoyés à { $address } : { $destinations }
alias-stands-discarded = C’est enregistré : les e-mails envoyés à { $address } sont jetés. Si l’alias a d’autres destinations, elles continuent de les recevoir.
alias-discards-beside = Jeter les messages ne change rien tant que { $address } a d’autres destinations : elles continuent de les recevoir.
alias-undo-addition = Annuler l’ajout
alias-undo-removal = Annuler le retrait
alias-undo-deletion = Annuler la suppression
alias-waits = Le service de messagerie ne répond pas pour le moment. L’alias { $address } est enregistré, et ces destinations y seront ajoutées dès que possible : { $destinations }. Vous n’avez rien à refaire.
alias-refused = Destination non ajoutée : { $destination }. { $reason }
alias-domain-waits = Les alias se créent quand le domaine est actif, ce qu’il n’est pas en ce moment.
alias-domain-disabled = Ce domaine est désactivé par l’équipe du portail : aucun alias ne peut y être créé. Ceux qui existent fonctionnent, et peuvent être supprimés.
alias-under-way-short = En cours

alias-destinations = Destinations
alias-status-removing = Retrait en cours
alias-waits-for-domain = Cette destination sera ajoutée dès que { $domain } sera actif.
alias-kept = Cette destination n’a pas pu être retirée. { $reason }
alias-nothing-left = Il ne reste aucune destination à cet alias.
alias-warning = Attention
alias-warning-itself = L’alias renvoie à sa propre adresse. S’il n’y a pas de boîte à cette adresse, ces messages n’arrivent nulle part.
alias-warning-circle = Cette destination est un alias qui ramène ici : les messages tournent en rond.
alias-warning-disabled = Cette boîte est désactivée : elle ne reçoit pas ces messages.
alias-warning-pending = Cette boîte attend encore d’être créée : elle ne reçoit pas ces messages pour l’instant.
alias-warning-failed = Cette boîte n’a pas pu être créée : elle ne reçoit pas ces messages.
alias-warning-unknown = Il n’y a ni boîte ni alias à cette adresse : les e-mails qui lui sont transmis sont perdus.
alias-remove = Retirer
alias-remove-last = C’est la dernière destination : la retirer supprime l’alias.
alias-keep = Garder
alias-reduced = { $address } n’a plus cette destination : { $destination }.
alias-reduced-last = C’était la dernière destination de { $address } : l’alias n’existe plus ({ $destination }).
alias-reducing = Le service de messagerie n’a pas encore répondu. Le retrait est enregistré et se poursuit de lui-même ({ $destination }) ; vous n’avez rien à refaire.
alias-not-reduced = Destination non retirée : { $destination }. { $reason }
alias-add-title = Ajouter une destination
alias-add-submit = Ajouter la destination

alias-delete-link = Supprimer cet alias
alias-delete-text = L’adresse ne transmet plus rien à ses destinations.
alias-delete-title = Supprimer { $address }
alias-delete-what = Les messages adressés à { $address } n’arriveront plus aux destinations suivantes. Cela ne peut pas être annulé, mais l’alias peut être créé de nouveau.
alias-deleted = L’alias { $address } est supprimé.
alias-deleting = Le service de messagerie n’a pas encore répondu. La suppression de { $address } est enregistrée et se poursuit d’elle-même ; vous n’avez rien à refaire.
alias-not-deleted = L’alias { $address } n’est pas supprimé. { $reason }
