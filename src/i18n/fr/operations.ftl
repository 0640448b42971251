# Les opérations : ce qui est en cours ou à traiter, et ce qui est terminé.

domain-tab-operations = Opérations

operations-lead = Ce qui a été demandé et que le service de messagerie n’a pas encore fait, ce qu’il a refusé, et les e-mails qui n’ont pas pu être envoyés.
operations-lead-ended = Ce qui est terminé reste visible ici pendant { $kept }.
operations-open-title = En cours et à traiter
operations-ended-title = Terminées
operations-see-open = Voir ce qui est en cours
operations-see-ended = Voir les opérations terminées
operations-reload = Actualiser
operations-none-open = Rien n’est en cours, et rien n’est à traiter.
operations-none-ended = Aucune opération terminée.
operations-total = { $n ->
    [one] { $n } opération
   *[other] { $n } opérations
  }
operations-total-many = plus de { $n } opérations
operations-many = plus de { $n }

operations-column-subject = Adresse
operations-column-what = Demande
operations-column-state = État
operations-column-acts = Actions

operations-create-domain = Ajout du domaine
operations-create-mailbox = Création
operations-rename-mailbox = Nouveau nom
operations-rename-mailbox-to = Nouveau nom : { $first } { $last }
operations-disable-mailbox = Désactivation
operations-enable-mailbox = Réactivation
operations-delete-mailbox = Suppression
operations-keep-mailbox = Suppression annulée
operations-add-destination = Ajout de la destination { $destination }
operations-remove-destination = Retrait de la destination { $destination }
operations-delete-alias = Suppression de l’alias
operations-email-new-mailbox = E-mail de bienvenue
operations-email-login-link = E-mail avec un lien de connexion
operations-email-new-password = E-mail avec un nouveau mot de passe
operations-email-secondary-changed = E-mail à l’ancienne adresse de secours
operations-email-role = E-mail sur un nouveau rôle
operations-email-access-removed = E-mail sur un rôle retiré
operations-email-domain-status = E-mail sur le statut du domaine
operations-email-creation-guarded = E-mail sur une création retenue
operations-email-reconciled = E-mail sur une comparaison
operations-email-confirm = E-mail pour confirmer une adresse
operations-email-domain-removed = E-mail sur le domaine supprimé
operations-email-domain-claimed = E-mail sur un domaine revendiqué
operations-email-dns-settings = E-mail avec les réglages DNS
operations-email-account = E-mail sur un compte

operations-waiting = En cours
operations-parked = Attend le domaine
operations-done = Faite
operations-refused = Refusée
operations-given-up = Abandonnée
operations-replaced = Remplacée
operations-cancelled = Annulée
operations-replaced-why = Une demande plus récente a pris sa place.
operations-cancelled-why = Elle a été annulée avant d’être faite, ou n’avait plus lieu d’être.
operations-email-waiting = En attente
operations-email-held = Retenu
operations-email-sent = Envoyé
operations-email-given-up = Abandonné
operations-email-withdrawn = Annulé
operations-refused-on = Refusée le { $timestamp }.
operations-ended = Terminée le { $timestamp }.
operations-technical = Détail technique

operations-retry = Réessayer maintenant
operations-take-back = Annuler la demande
operations-send-again = Envoyer de nouveau
operations-email-invitation = E-mail d’invitation
operations-taken-back = La demande est annulée.
operations-taking-back = La demande est annulée ici. Le service de messagerie n’a pas encore répondu ; vous n’avez rien à refaire.
operations-not-taken-back = La demande n’a pas pu être annulée. { $reason }
operations-cannot-take-back = Cette demande ne peut plus être annulée : elle est terminée, ou le service de messagerie l’a peut-être déjà faite. L’état actuel est sur la page de l’adresse.

operations-pending = { $n ->
    [one] { $n } opération est en cours ou à traiter sur ce domaine.
   *[other] { $n } opérations sont en cours ou à traiter sur ce domaine.
  }
operations-pending-many = Plus de { $n } opérations sont en cours ou à traiter sur ce domaine.
operations-see = Voir les opérations

operations-staff-title = Opérations de tous les domaines
operations-staff-lead = D’abord les pannes de l’installation, puis ce qui est abandonné, puis ce qui attend une réponse depuis le plus longtemps, enfin les domaines qui diffèrent du service de messagerie.
operations-none-for-staff = Rien n’est à traiter.
operations-staff-differences = Domaines qui diffèrent du service de messagerie
operations-staff-all-domains = Voir tous les domaines, selon ce qui reste à faire
