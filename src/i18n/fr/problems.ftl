# Ce que les vérifications ont trouvé, et pourquoi une demande n’a pas abouti.

problem-no-test = Ce domaine n’a pas encore été vérifié.
problem-no-test-todo = Vous n’avez rien à faire : la première vérification vient d’elle-même.
problem-must-exist = Le nom de domaine n’a pas été trouvé sur Internet.
problem-must-exist-todo = Vérifiez qu’il est bien écrit, réservé chez un hébergeur de domaines et non expiré. S’il fonctionne par ailleurs, la panne est sans doute passagère : relancez la vérification dans quelques minutes.
problem-no-mx = Aucun enregistrement MX n’indique où livrer les e-mails du domaine.
problem-no-mx-todo = Chez l’hébergeur du domaine, ajoutez l’enregistrement MX indiqué sur la page DNS de ce portail.
problem-wrong-mx = Les e-mails du domaine arrivent à un autre serveur que celui du service de messagerie.
problem-wrong-mx-todo = Créez d’abord dans le portail les adresses qui reçoivent déjà des e-mails. Remplacez ensuite les enregistrements MX existants par celui de la page DNS, qui doit être le seul : à partir de ce moment, les e-mails arrivent dans les nouvelles boîtes. Relancez enfin la vérification.
problem-one-mx = Le domaine a plusieurs enregistrements MX.
problem-one-mx-todo = Gardez seulement celui de la page DNS et retirez les autres.
problem-no-cname-imap = Le nom « imap » du domaine, par lequel les logiciels d’e-mail lisent les messages, manque.
problem-no-cname-smtp = Le nom « smtp » du domaine, par lequel les logiciels d’e-mail envoient les messages, manque.
problem-no-cname-webmail = Le nom « webmail » du domaine, par lequel on lit ses e-mails dans un navigateur, manque.
problem-no-cname-todo = Ajoutez l’enregistrement CNAME de ce nom, indiqué dans la page DNS. Si ce nom a un enregistrement A ou AAAA, retirez-le : les deux ne vont pas ensemble.
problem-wrong-cname-imap = Le nom « imap » du domaine mène à un autre serveur que celui du service de messagerie.
problem-wrong-cname-smtp = Le nom « smtp » du domaine mène à un autre serveur que celui du service de messagerie.
problem-wrong-cname-webmail = Le nom « webmail » du domaine mène à un autre serveur que celui du service de messagerie.
problem-wrong-cname-todo = Remplacez la valeur de l’enregistrement CNAME de ce nom par celle de la page DNS, point final compris.
problem-no-spf = Aucune règle SPF ne dit qui a le droit d’envoyer des e-mails au nom du domaine. Vos e-mails risquent d’être pris pour des indésirables.
problem-no-spf-todo = Ajoutez l’enregistrement TXT de la page DNS qui commence par « v=spf1 ». Un domaine ne doit en avoir qu’un de cette sorte.
problem-wrong-spf = La règle SPF du domaine ne donne pas au service de messagerie le droit d’envoyer en son nom.
problem-wrong-spf-todo = Remplacez la valeur SPF actuelle par celle de la page DNS, qui la complète. N’en publiez pas une seconde : un domaine n’a qu’un seul SPF.
problem-invalid-spf = La règle SPF du domaine ne peut pas être lue.
problem-invalid-spf-todo = Corrigez la règle qui existe à l’aide de celle de la page DNS. N’en publiez pas une seconde : deux règles s’annulent.
problem-no-dkim = La clé DKIM, par laquelle vos e-mails sont signés, n’est pas publiée.
problem-no-dkim-todo = Ajoutez l’enregistrement TXT de la page DNS dont le nom finit par « _domainkey ». Copiez sa valeur entière, sans la couper.
problem-wrong-dkim = La clé DKIM publiée n’est pas celle du service de messagerie.
problem-wrong-dkim-todo = Remplacez la valeur de l’enregistrement TXT dont le nom finit par « _domainkey » par celle de la page DNS, entière et sans la couper.
problem-no-cert = Le certificat de sécurité du domaine n’est pas encore prêt.
problem-no-cert-todo = Vous n’avez rien à faire : le service de messagerie s’en charge, nous le lui avons demandé. Si cela dure plus d’un jour, adressez-vous à { $portal-support }.
problem-unknown = Une vérification n’est pas passée (« { $code } »).
problem-unknown-todo = Comparez vos enregistrements avec ceux de la page DNS. S’ils sont les mêmes, adressez-vous à { $portal-support } en citant ce mot.

problem-unlisted-mx = Créez d’abord dans le portail les adresses qui reçoivent déjà des e-mails. Faites ensuite du serveur nommé ci-dessous le seul enregistrement MX du domaine : dès lors, les e-mails arrivent dans les nouvelles boîtes. Relancez enfin la vérification.
problem-unlisted-cname = Donnez à ce nom un enregistrement CNAME avec la valeur nommée ci-dessous, point final compris. Si ce nom a un enregistrement A ou AAAA, retirez-le : les deux ne vont pas ensemble.
problem-unlisted-spf = Le domaine a besoin d’un seul enregistrement TXT qui commence par « v=spf1 » et contient la partie « include » nommée ci-dessous. S’il y en a déjà un, complétez-le : un domaine n’a qu’un seul SPF.
problem-unlisted-dkim = La clé doit être publiée dans un enregistrement TXT dont le nom finit par « _domainkey ». Si la phrase ci-dessous ne donne pas sa valeur, demandez-la à { $portal-support }.
problem-unlisted-other = Si la phrase ci-dessous ne dit pas ce qu’il faut changer, adressez-vous à { $portal-support } en la citant.

reason-domain-known = Le service de messagerie connaît déjà ce domaine, sans que ce portail le gère. Adressez-vous à { $portal-support } : elle peut reprendre le domaine et vous y donner accès.
reason-address-taken = Le service de messagerie a déjà une boîte à cette adresse, sans que ce portail l’ait créée. Choisissez une autre adresse, ou adressez-vous à { $portal-support }.
reason-display-name-taken = Une autre boîte porte déjà ce nom ({ $holder }). Le service de messagerie n’en accepte qu’une par nom. Ajoutez une précision au nom, par exemple le service.
reason-display-name-taken-elsewhere = Dans un autre domaine que le service de messagerie range avec celui-ci (même contexte), une boîte porte déjà ce nom. Le service de messagerie n’en accepte qu’une par nom. Ajoutez une précision au nom, par exemple le service.
reason-local-part-taken-elsewhere = Dans un autre domaine que le service de messagerie range avec celui-ci (même contexte), une boîte a déjà le même début d’adresse. Le service de messagerie ne l’accepte qu’une fois. Choisissez une autre adresse.
reason-user-left = La boîte est supprimée, mais le service de messagerie connaît encore la personne : l’adresse et le nom restent pris. Adressez-vous à { $portal-support }, qui peut y remédier ; supprimez ensuite l’adresse ici.
reason-cannot-disable = Ce service de messagerie ne sait pas désactiver une boîte : il répond oui, mais elle reste active. Adressez-vous à { $portal-support }.
reason-cannot-enable = Ce service de messagerie ne sait pas réactiver cette boîte : il répond oui, mais elle reste inactive. Adressez-vous à { $portal-support }.
reason-cannot-rename = Ce service de messagerie ne change pas ce nom : il répond oui, mais garde l’ancien. Adressez-vous à { $portal-support }.
reason-half-made = Le service de messagerie connaît la personne, mais la boîte n’existe pas : une création ou une suppression s’est arrêtée à mi-chemin. Adressez-vous à { $portal-support }, qui peut la terminer.
reason-given-up = Le service de messagerie n’a pas répondu pendant trop longtemps. Ce que vous avez saisi est gardé : vous pouvez réessayer maintenant.
reason-guarded = Depuis la demande, cette adresse reçoit les e-mails d’un compte qui a des droits : elle est donc protégée. Une personne propriétaire du domaine peut réessayer, et la boîte sera créée.

trouble-no-answer = Le service de messagerie ne répond pas pour le moment. Nous réessayons ; vous n’avez rien à faire.
trouble-installation = La liaison avec le service de messagerie est à réparer. L’équipe du portail le voit ; votre demande est gardée et reprendra d’elle-même.
trouble-name-servers = Les serveurs de noms du domaine n’ont pas répondu à la dernière vérification. La suivante viendra d’elle-même, dans dix minutes au plus tôt.
trouble-check-refused = Le service de messagerie a refusé de vérifier le domaine. La prochaine vérification viendra d’elle-même.
trouble-portal = Le portail a rencontré une difficulté. Votre demande est gardée et reprendra d’elle-même.
