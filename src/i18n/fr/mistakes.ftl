# Ce qui ne va pas dans un champ, et comment le corriger.

mistake-required = Ce champ est à remplir.
mistake-too-long = { $longest ->
    [one] Ce texte est trop long : { $longest } caractère au plus.
   *[other] Ce texte est trop long : { $longest } caractères au plus.
  }
mistake-control-characters = Ce texte contient des caractères invisibles. Effacez-le et tapez-le de nouveau, sans le copier d'un autre document.
mistake-not-a-domain-name = Ce n'est pas un nom de domaine. Écrivez-le sans « www » ni « @ », par exemple ville.fr.
mistake-domain-name-too-long = Ce nom de domaine est trop long : la messagerie accepte 200 caractères au plus.
mistake-domain-taken = Ce domaine est déjà dans ce portail. S'il est à votre organisation, demandez à l'un de ses propriétaires de vous y inviter, ou écrivez à l'assistance du portail.
mistake-domain-known = La messagerie connaît déjà ce domaine, sans que ce portail le gère. Écrivez à l'assistance du portail : elle peut le reprendre et vous en donner l'accès.
mistake-not-an-address = Ce n'est pas une adresse e-mail. Écrivez-la en entier, par exemple nom@exemple.fr.
mistake-support-inside-domain = Cette adresse est dans le domaine lui-même. Si le domaine tombe en panne, nos e-mails n'arriveraient pas : choisissez une adresse d'un autre domaine.
mistake-local-part-characters = Seuls les lettres sans accent, les chiffres, le point, le tiret et le tiret bas sont acceptés avant le « @ ».
mistake-local-part-dots = Un point ne peut être ni au début, ni à la fin, ni doublé.
mistake-local-part-reserved = Ce nom est réservé au fonctionnement de la messagerie. Choisissez-en un autre.
mistake-local-part-not-proposable = Aucune adresse ne peut être tirée de ces noms. Écrivez vous-même ce qui doit précéder le « @ ».
mistake-local-part-taken = L'adresse { $address } existe déjà. Vous pouvez utiliser « { $proposal } ».
mistake-address-known = La messagerie a déjà une boîte à cette adresse, sans que ce portail la gère. Choisissez une autre adresse, ou écrivez à l'assistance du portail.
mistake-display-name-taken = Une autre boîte de { $domain } porte déjà le nom « { $name } » ({ $holder }). La messagerie n’en accepte qu’une par nom.
mistake-display-name-taken-elsewhere = Dans un autre domaine qui partage ce contexte, une boîte porte déjà le nom « { $name } ». La messagerie n’en accepte qu’une par nom.
mistake-name-proposal = Vous pouvez l’appeler « { $name } » : écrivez « { $proposal } » dans le champ « { $field } ».
mistake-name-proposal-address = L’adresse sera { $address }.
mistake-take = Prendre « { $value } »
mistake-one-of = « { $typed } » : { $mistake }
mistake-name-without-letter = Un nom contient au moins une lettre ou un chiffre.
mistake-name-with-address = Un nom ne contient ni « < », ni « > », ni « @ », ni adresse web.
mistake-domain-character = Un nom de domaine ne peut pas contenir « { $character } ». Il est fait de lettres, de chiffres et de tirets, par exemple l-hay-les-roses.fr.
mistake-domain-mixes-scripts = Ce nom mélange des lettres de plusieurs alphabets qui se ressemblent. Tapez-le de nouveau, sans le copier d’un autre document.
mistake-did-you-mean = Vouliez-vous dire { $domain } ?
mistake-secondary-is-mailbox = C'est l'adresse de la boîte elle-même. Indiquez une adresse que la personne peut déjà lire, ou laissez ce champ vide.
mistake-refused = La messagerie a refusé cette demande, sans dire pourquoi. Vérifiez ce que vous avez saisi ; si cela se reproduit, écrivez à votre assistance.
mistake-refused-with-words = La messagerie a refusé cette demande. Sa réponse : « { $words } ».
mistake-password-length = Un mot de passe a de { $min } à { $max } caractères.
mistake-password-spaces = Un mot de passe fait d’espaces ne protège pas votre compte. Choisissez par exemple une phrase.
mistake-password-personal = Ce mot de passe contient surtout votre nom, votre adresse ou le nom du portail : ce sont les premiers que l’on essaie. Choisissez par exemple une phrase qui ne parle pas de vous.
mistake-password-pattern = Ce mot de passe est une répétition, une suite, une rangée de touches ou une date : il se devine vite. Choisissez par exemple une phrase.
mistake-password-common = Ce mot de passe est l’un des plus courants, ou un mot seul : il se devine vite. Choisissez par exemple une phrase.
mistake-changed-since = Quelqu'un a modifié cette boîte pendant que vous écriviez. Ce que vous avez tapé est encore ici : comparez, puis enregistrez de nouveau.
mistake-not-the-address = Tapez l'adresse entière, exactement comme elle est écrite ci-dessus.
mistake-already-member = Cette personne a déjà un rôle sur ce domaine. Changez-le dans la liste des collaborateurs.
mistake-already-invited = Cette personne est déjà invitée. Vous pouvez renvoyer son invitation depuis la liste.
mistake-own-address = C'est votre propre adresse : vous avez déjà accès à ce domaine.
mistake-account-exists = Cette adresse a déjà un compte. Connectez-vous avec lui pour accepter l'invitation.
mistake-account-closed = Le compte de cette adresse est fermé. Écrivez à l'assistance du portail.
mistake-too-many-invitations = Beaucoup d'invitations sont parties en peu de temps. Attendez une heure, ou demain si c'est toujours le cas, avant d'en envoyer d'autres.
mistake-wrong-credentials = L'adresse et le mot de passe ne vont pas ensemble, ou ce compte est fermé.
mistake-wrong-password = Ce n'est pas votre mot de passe actuel.
mistake-too-many-emails = Beaucoup d'e-mails ont été demandés en peu de temps. Attendez une heure avant d'en demander d'autres.
mistake-too-many-attempts = Il y a eu trop d'essais. Attendez 30 secondes, puis recommencez.
mistake-too-many-for-address = Trop de mots de passe faux ont été essayés pour cette adresse. Choisissez-en un nouveau par le lien « Mot de passe oublié ? » : ce chemin fonctionne toujours.
mistake-too-many-waiting = Le portail vérifie déjà beaucoup de mots de passe. Recommencez dans quelques secondes.
mistake-unknown-choice = Cette valeur n'est pas dans la liste. Choisissez-en une qui y est.
mistake-too-many-destinations = Un formulaire prend { $most } destinations au plus. Ajoutez les suivantes ensuite, sur la page de l'alias.
mistake-destination-there = Cet alias a déjà cette destination.
mistake-destination-leaving = Cette destination est en cours de retrait. Elle pourra être ajoutée de nouveau dès que ce sera fait.
mistake-alias-leaving = Cet alias est en cours de suppression. Il pourra être créé de nouveau dès que ce sera fait.
