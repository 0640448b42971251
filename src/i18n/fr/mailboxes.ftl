# Les boîtes : liste, formulaire, fiche à remettre, page.

mailboxes-of = Adresses de { $domain }
mailboxes-search = Rechercher une adresse ou un nom
mailboxes-empty = Ce domaine n’a pas encore d’adresse.
mailboxes-column-address = Adresse
mailboxes-column-name = Nom
mailboxes-total = { $n ->
    [one] { $n } adresse
   *[other] { $n } adresses
  }

mailbox-new-title = Créer une adresse
mailbox-new-submit = Créer l’adresse
mailbox-new-waits = { $domain } n’est pas encore actif. L’adresse sera enregistrée : elle ouvrira quand le domaine sera actif, et la personne recevra alors un e-mail à son adresse de secours.
mailbox-add-another = Créer une autre adresse
mailbox-first-name = Prénom
mailbox-last-name = Nom
mailbox-local-part = Adresse
mailbox-address-free = { $address } est libre.
mailbox-address-taken = { $address } est déjà prise.
mailbox-address-other-free = { $address } est déjà prise. { $free } est libre.
mailbox-local-part-hint = Laissez ce champ vide pour obtenir l’adresse prénom.nom. Lettres sans accent, chiffres, point, tiret et tiret bas.
mailbox-secondary = Adresse de secours
mailbox-secondary-hint = Une adresse que la personne lit déjà, par exemple nom@exemple.fr : le lien de connexion y est envoyé. Sans elle, vous remettez vous-même une fiche imprimée.
mailbox-no-secondary = aucune
mailbox-to-hand-over = À remettre
mailbox-asked-on = Demandée le
mailbox-email = Dernier e-mail du portail

mailbox-opened = { $address } est créée. L’e-mail de bienvenue est en cours d’envoi à { $secondary }.
mailbox-opened-unseen = { $address } est créée, mais son premier mot de passe n’a pas pu être affiché. Il reste à en remettre un nouveau à la personne.
mailbox-waits-for-domain = { $address } est enregistrée. Elle sera créée quand { $domain } sera actif, et la personne recevra un e-mail à son adresse de secours.
mailbox-waits-for-domain-sheet = { $address } est enregistrée. Elle sera créée quand { $domain } sera actif. Comme elle n’a pas d’adresse de secours, il faudra alors remettre à la personne une fiche avec son mot de passe.
mailbox-waits-for-dimail = Le service de messagerie ne répond pas pour le moment. { $address } est enregistrée et sera créée dès que possible ; vous n’avez rien à refaire.

mailbox-step-domain-disabled = { $domain } est désactivé : cette adresse attend que le domaine soit réactivé.
mailbox-step-waits-for-domain = Cette adresse sera créée quand { $domain } sera actif, et la personne recevra un e-mail à son adresse de secours.
mailbox-step-waits-for-domain-sheet = Cette adresse sera créée quand { $domain } sera actif. Comme elle n’a pas d’adresse de secours, il faudra alors remettre à la personne une fiche avec son mot de passe.
mailbox-step-under-way = La création de { $address } est en cours. Elle se poursuit d’elle-même ; vous n’avez rien à refaire.
mailbox-step-failed = Cette adresse n’a pas pu être créée. { $reason }
mailbox-step-to-hand-over = Le mot de passe de cette boîte n’a pas encore été remis, et elle n’a pas d’adresse de secours.

mailbox-email-waiting = L’e-mail à { $recipient } va être envoyé dans un instant.
mailbox-email-retried = { $n ->
    [one] L’e-mail à { $recipient } n’a pas encore pu être envoyé ({ $n } tentative). Prochaine tentative { $next }.
   *[other] L’e-mail à { $recipient } n’a pas encore pu être envoyé ({ $n } tentatives). Prochaine tentative { $next }.
  }
mailbox-email-sent = Envoyé à { $recipient } le { $timestamp }.
mailbox-email-given-up = L’e-mail à { $recipient } n’a pas pu être délivré ; nous y avons renoncé le { $timestamp }. Vérifiez cette adresse.
mailbox-email-withdrawn = L’e-mail à { $recipient } n’a pas été envoyé : il n’avait plus lieu d’être.
mailbox-email-silence = L’e-mail à { $recipient } n’a pas pu être envoyé, car le serveur n’a pas répondu ; nous y avons renoncé le { $timestamp }. Vous pouvez en envoyer un autre.
mailbox-email-held = L’e-mail à { $recipient } attend une décision de l’équipe du portail : il a peut-être été envoyé avant que le portail soit restauré d’une sauvegarde.
mailbox-email-server = Le serveur qui envoie nos e-mails n’a pas accepté celui à { $recipient } ; nous y avons renoncé le { $timestamp }. L’adresse n’est sans doute pas en cause. Vous pouvez envoyer un autre e-mail.
mailbox-email-no-link = Le service de messagerie ne donne pas de lien de connexion pour cette boîte : l’e-mail à { $recipient } n’a pas été envoyé le { $timestamp }. Vous pouvez envoyer un nouveau mot de passe.
mailbox-email-no-password = Le service de messagerie n’a pas donné de nouveau mot de passe : l’e-mail à { $recipient } n’a pas été envoyé le { $timestamp }. Adressez-vous à { $portal-support }.
mailbox-email-password-refused = L’e-mail à { $recipient } a été refusé le { $timestamp }, et l’ancien mot de passe ne fonctionne peut-être plus. Vérifiez cette adresse, puis envoyez encore une fois un nouveau mot de passe.
mailbox-email-password-lost = L’e-mail à { $recipient } n’a pas pu être envoyé ; nous y avons renoncé le { $timestamp }. L’ancien mot de passe ne fonctionne peut-être plus : envoyez encore une fois un nouveau mot de passe.


handover-title = Fiche à remettre
handover-back = Adresses
handover-made = { $address } est créée.
handover-once = Ce mot de passe ne sera plus jamais affiché. Imprimez ou recopiez la fiche avant de quitter cette page.
handover-kind = Votre boîte
handover-address = Votre adresse
handover-webmail = Où lire vos messages
handover-password = Votre premier mot de passe
handover-step-open = Ouvrez l’adresse « Où lire vos messages » dans un navigateur.
handover-step-type = Tapez votre adresse et le mot de passe, en respectant majuscules et minuscules.
handover-step-change = Choisissez aussitôt un mot de passe à vous, puis détruisez cette fiche.
handover-to-mailbox = Aller à la page de la boîte
handover-reset = { $address } a un nouveau mot de passe. L’ancien ne fonctionne plus.
handover-new-password = Votre nouveau mot de passe
handover-until = La boîte reste « À remettre » jusqu’à ce que vous ayez appuyé sur « Fiche remise ».
handover-done = Fiche remise
handover-done-text = À utiliser une fois que la personne a reçu la fiche. Son mot de passe reste le même.
handover-noted = C’est noté : le mot de passe de { $address } a été remis.

mailbox-actions = Que voulez-vous faire ?
mailbox-other-actions = Autres actions
mailbox-edit-title = Modifier
mailbox-edit-of = Modifier { $name }
mailbox-edit-lead = { $address } : prénom, nom et adresse de secours.
mailbox-edit-lead-names = { $address } : prénom et nom seulement.
mailbox-edit-text-pending = Le prénom, le nom et l’adresse de secours. La boîte sera créée avec ce que vous enregistrez.
mailbox-edit-text-failed = Le prénom, le nom et l’adresse de secours. La demande est envoyée de nouveau dès que vous enregistrez.
mailbox-edit-submit = Enregistrer
mailbox-corrected = { $address } est corrigée, et la demande suit son cours.
mailbox-retry = Réessayer
mailbox-make-again = Créer une nouvelle boîte
mailbox-make-again-text = Une boîte vide est créée à la même adresse, avec un nouveau mot de passe. Les messages, l’agenda et le carnet d’adresses de l’ancienne ne reviennent pas.
mailbox-retry-text = La demande est envoyée de nouveau, telle quelle. Rien n’est créé deux fois.
mailbox-retried = La demande est envoyée de nouveau.
mailbox-retried-waits = La demande sera envoyée de nouveau dès que { $domain } sera actif.
mailbox-retry-under-way = Une tentative est en cours en ce moment. Cette page se met à jour toute seule.
mailbox-delete-link = Supprimer
mailbox-delete-text = La demande est abandonnée, et l’adresse redevient libre.
mailbox-delete-title = Supprimer { $address }
mailbox-delete-what = Le service de messagerie n’a pas de boîte à cette adresse. La demande et ce qui y a été saisi sont supprimés de ce portail ; cela ne peut pas être annulé.
mailbox-delete-confirm = Tapez l’adresse pour confirmer
mailbox-deleted = { $address } est supprimée.

mailbox-link-leaves = L’e-mail avec un nouveau lien de connexion est en cours d’envoi à { $secondary }.
mailbox-password-leaves = L’e-mail avec un nouveau mot de passe est en cours d’envoi à { $secondary }. L’ancien mot de passe cesse de fonctionner dès cet envoi.
mailbox-not-open = Cette boîte n’est pas active : elle ne peut recevoir ni lien de connexion ni nouveau mot de passe.
mailbox-needs-secondary = Cette boîte n’a pas d’adresse de secours à laquelle envoyer un lien. Vous pouvez lui en donner une, ou créer un mot de passe : une fiche à remettre s’affiche alors.
mailbox-needs-secondary-own = Votre boîte n’a pas d’adresse de secours à laquelle envoyer un lien. Donnez-lui-en une, ou demandez à la personne qui gère ce domaine une fiche avec un nouveau mot de passe.
mailbox-too-many-emails = La limite d’e-mails envoyés pour cette boîte en une heure est atteinte. Regardez aussi dans les indésirables de l’adresse de secours.
mailbox-reset-under-way = Un nouveau mot de passe est en train d’être demandé pour cette boîte. Réessayez dans une minute.
mailbox-reset-unclear = Le service de messagerie n’a pas répondu : l’ancien mot de passe ne fonctionne peut-être plus. Demandez encore une fois un nouveau mot de passe.
mailbox-reset-unasked = Le service de messagerie n’est pas joignable pour le moment : rien n’a changé, l’ancien mot de passe fonctionne. Réessayez plus tard.
mailbox-link-unsupported = Ce service de messagerie ne propose pas de liens de connexion. Si le mot de passe de la boîte est perdu, écrivez à cette adresse : { $support }
mailbox-reset-unsupported = Ce service de messagerie ne permet pas d’obtenir un nouveau mot de passe par le portail. Si le mot de passe de la boîte est perdu, écrivez à cette adresse : { $support }
mailbox-keys-unsupported = Ce service de messagerie ne propose ni liens de connexion ni nouveaux mots de passe par le portail. Si le mot de passe de la boîte est perdu, écrivez à cette adresse : { $support }
mailbox-reset-refused = Le mot de passe n’a pas changé. { $reason }
