# What is wrong in a field, and how to put it right.

mistake-required = Fill in this field.
mistake-too-long = { $longest ->
    [one] This text is too long: { $longest } character at most.
   *[other] This text is too long: { $longest } characters at most.
  }
mistake-control-characters = This text contains invisible characters. Clear it and type it again, rather than copying it from another document.
mistake-not-a-domain-name = This is not a domain name. Write it without “www” or “@”, for example ville.fr.
mistake-domain-name-too-long = This domain name is too long: the mail service accepts 200 characters at most.
mistake-domain-taken = This domain is in this portal already. If it belongs to your organisation, ask one of its owners to invite you, or write to the portal's support.
mistake-domain-known = The mail service knows this domain already, without it being managed in this portal. Write to the portal's support: they can take it over and give you access.
mistake-not-an-address = This is not an e-mail address. Write it in full, for example name@example.org.
mistake-support-inside-domain = This address is in the domain itself. If the domain fails, our emails would not arrive: choose an address in another domain.
mistake-local-part-characters = Only letters without accents, digits, dots, hyphens and underscores are accepted before the “@”.
mistake-local-part-dots = A dot cannot stand at the beginning, at the end, or twice in a row.
mistake-local-part-reserved = The mail service needs this name for itself. Choose another one.
mistake-local-part-not-proposable = No address can be made from these names. Write yourself what is to stand before the “@”.
mistake-local-part-taken = The address { $address } exists already. You can use “{ $proposal }”.
mistake-address-known = The mail service already has a mailbox at this address, without it being managed in this portal. Choose another address, or write to the portal's support.
mistake-display-name-taken = Another mailbox of { $domain } already bears the name “{ $name }” ({ $holder }). The mail service accepts only one for each name.
mistake-display-name-taken-elsewhere = In another domain sharing this context, a mailbox already bears the name “{ $name }”. The mail service accepts only one for each name.
mistake-name-proposal = You can use the name “{ $name }”: write “{ $proposal }” in the field “{ $field }”.
mistake-name-proposal-address = The address will be { $address }.
mistake-take = Take “{ $value }”
mistake-one-of = “{ $typed }”: { $mistake }
mistake-name-without-letter = A name has at least one letter or digit.
mistake-name-with-address = A name contains no “<”, no “>”, no “@” and no web address.
mistake-domain-character = A domain name cannot contain “{ $character }”. It is made of letters, digits and hyphens, for example l-hay-les-roses.fr.
mistake-domain-mixes-scripts = This name mixes letters of several alphabets that look alike. Type it again, rather than copying it from another document.
mistake-did-you-mean = Did you mean { $domain }?
mistake-secondary-is-mailbox = This is the address of the mailbox itself. Give an address that the person can read already, or leave this field empty.
mistake-refused = The mail service refused this request without saying why. Check what you entered; if it happens again, write to your support.
mistake-refused-with-words = The mail service refused this request. Its answer: “{ $words }”.
mistake-password-length = A password has { $min } to { $max } characters.
mistake-password-spaces = A password of spaces does not protect your account. Choose a sentence, for example.
mistake-password-personal = This password consists mostly of your name, your address or the name of the portal: these are tried first. Choose a sentence that is not about you, for example.
mistake-password-pattern = This password is a repetition, a sequence, a row of keys or a date: it is guessed quickly. Choose a sentence, for example.
mistake-password-common = This password is one of the most common ones, or a single word: it is guessed quickly. Choose a sentence, for example.
mistake-changed-since = Somebody changed this mailbox while you were writing. What you typed is still here: compare, then save again.
mistake-not-the-address = Type the whole address, exactly as it is written above.
mistake-already-member = This person has a role on this domain already. Change it in the list of collaborators.
mistake-already-invited = This person is invited already. You can send the invitation again from the list.
mistake-own-address = This is your own address: you have access to this domain already.
mistake-account-exists = This address has an account already. Sign in with it to accept the invitation.
mistake-account-closed = The account of this address is closed. Please write to the portal's support.
mistake-too-many-invitations = Many invitations have left in a short time. Wait an hour, or until tomorrow if this still shows, before sending more.
mistake-wrong-credentials = The address and the password do not belong together, or this account is closed.
mistake-wrong-password = This is not your current password.
mistake-too-many-emails = Many emails were asked for in a short time. Wait an hour before asking for more.
mistake-too-many-attempts = There were too many attempts. Wait 30 seconds, then try again.
mistake-too-many-for-address = Too many wrong passwords were tried for this address. Choose a new one with the link “Forgotten password?”: this way always works.
mistake-too-many-waiting = The portal is checking many passwords already. Try again in a few seconds.
mistake-unknown-choice = This value is not in the list. Choose one that is.
mistake-too-many-destinations = A form takes { $most } destinations at most. Add the others afterwards, on the page of the alias.
mistake-destination-there = This alias has this destination already.
mistake-destination-leaving = This destination is being removed. It can be added again as soon as that is done.
mistake-alias-leaving = This alias is being deleted. It can be created again as soon as that is done.
