# Le journal d’un domaine.

domain-tab-journal = Journal

journal-lead = Qui a fait quoi, quand et d’où. Le portail n’y change rien et n’en supprime rien.
journal-lead-kept = Qui a fait quoi, quand et d’où. Le portail n’y change rien ; les lignes sont gardées pendant { $kept }.
journal-removed-title = Journal de { $domain }
journal-removed-lead = Ce domaine a été supprimé le { $day }. Son journal reste, pour l’équipe du portail.
journal-earlier = Un domaine du même nom a été supprimé le { $day } : voir son journal
journal-search = Adresse, personne ou action
journal-person = Personne
journal-anyone = Tout le monde
journal-kind = Action
journal-any-kind = Toutes les actions
journal-from = Du
journal-to = Au
journal-download = Télécharger ces lignes (CSV)
journal-none = Le journal est vide.
journal-see = Voir dans le journal
journal-total = { $n ->
    [one] { $n } ligne
   *[other] { $n } lignes
  }
journal-total-many = plus de { $n } lignes

journal-column-number = Numéro
journal-column-when = Quand
journal-column-who = Qui
journal-column-address = Adresse
journal-column-as = En tant que
journal-column-origin = Depuis
journal-column-what = Quoi
journal-column-about = Sur
journal-column-before = Avant
journal-column-after = Après
journal-column-note = Précision
journal-column-change = Avant et après

journal-as-person = personne
journal-as-staff = équipe du portail
journal-as-command = ligne de commande
journal-as-portal = portail
journal-as-link = par un lien envoyé à cette adresse
journal-somebody = Une personne sans compte
journal-by-link = { $email } (par un lien, sans compte)
journal-the-portal = Le portail
journal-from-origin = depuis { $origin }

journal-value = { $field } : { $value }
journal-no-value = (vide)
journal-context = contexte { $context }
journal-note-refused = { $what }. { $reason }
journal-note-by-email = envoyé par e-mail
journal-note-on-sheet = sur une fiche à remettre
journal-note-purged = Les lignes jusqu’au numéro { $n } ont été supprimées : leur durée de conservation est passée.

journal-kind-domain-added = Domaine ajouté
journal-kind-domain-accepted = Domaine accepté par le service de messagerie
journal-kind-domain-refused = Domaine refusé par le service de messagerie
journal-kind-domain-adopted = Domaine repris du service de messagerie
journal-kind-domain-removed = Domaine supprimé
journal-kind-support-email-changed = Adresse d’assistance changée
journal-kind-support-email-confirmed = Adresse d’assistance confirmée
journal-kind-check-asked = Vérification demandée
journal-kind-status-changed = Statut du domaine changé
journal-kind-dns-shared = Réglages DNS envoyés
journal-kind-dns-share-revoked = Lien vers les réglages DNS désactivé
journal-kind-role-granted = Rôle donné
journal-kind-role-changed = Rôle changé
journal-kind-member-removed = Personne retirée du domaine
journal-kind-member-left = Domaine quitté
journal-kind-member-address-changed = Adresse du compte changée
journal-kind-member-invited = Personne invitée
journal-kind-invitation-resent = Invitation renvoyée
journal-kind-invitation-withdrawn = Invitation annulée
journal-kind-invitation-accepted = Invitation acceptée
journal-kind-mailbox-added = Boîte demandée
journal-kind-mailbox-opened = Boîte créée
journal-kind-mailbox-failed = Boîte en erreur
journal-kind-mailbox-adopted = Boîte reprise du service de messagerie
journal-kind-mailbox-remade = Boîte recréée
journal-kind-mailbox-edited = Boîte modifiée
journal-kind-mailbox-edit-asked = Modification de la boîte demandée
journal-kind-mailbox-disable-asked = Désactivation de la boîte demandée
journal-kind-mailbox-disabled = Boîte désactivée
journal-kind-mailbox-enable-asked = Réactivation de la boîte demandée
journal-kind-mailbox-enabled = Boîte réactivée
journal-kind-mailbox-delete-asked = Suppression de la boîte demandée
journal-kind-mailbox-deleted = Boîte supprimée
journal-kind-mailbox-change-refused = Demande sur la boîte refusée
journal-kind-mailbox-change-withdrawn = Demande sur la boîte annulée
journal-kind-login-link-asked = Lien de connexion demandé
journal-kind-first-access-asked = Lien demandé depuis la page de connexion
journal-kind-password-reset = Nouveau mot de passe
journal-kind-handed-over = Fiche remise
journal-kind-alias-added = Ajout d’une destination d’alias demandé
journal-kind-alias-adopted = Alias repris du service de messagerie
journal-kind-alias-failed = Destination d’alias refusée
journal-kind-destination-remove-asked = Retrait d’une destination d’alias demandé
journal-kind-alias-deleted = Suppression de l’alias demandée
journal-kind-alias-kept = Retrait ou suppression de l’alias refusé
journal-kind-retried = Demande relancée
journal-kind-mailbox-forgotten = Boîte retirée du portail : le service de messagerie ne l’avait plus
journal-kind-alias-forgotten = Destination retirée du portail : le service de messagerie ne l’avait plus
journal-kind-difference-ignored = Différence avec le service de messagerie ignorée
journal-kind-difference-heeded = Différence avec le service de messagerie de nouveau signalée
journal-kind-journal-purged = Lignes anciennes du journal supprimées
