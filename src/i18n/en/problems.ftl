# What the checks found, and why a request did not succeed.

problem-no-test = This domain has not been checked yet.
problem-no-test-todo = There is nothing for you to do: the first check will run by itself.
problem-must-exist = The domain name was not found on the Internet.
problem-must-exist-todo = Check that it is spelt correctly, registered and not expired. If it works elsewhere, the fault is probably temporary: run the check again in a few minutes.
problem-no-mx = No MX record says where the domain’s emails are to be delivered.
problem-no-mx-todo = At your domain host, add the MX record shown on the DNS page of this portal.
problem-wrong-mx = The domain’s emails are delivered to a server other than that of the mail service.
problem-wrong-mx-todo = First create in the portal the addresses that already receive emails. Then replace the existing MX records with the one on the DNS page, which must be the only one: from then on, emails arrive in the new mailboxes. Finally run the check again.
problem-one-mx = The domain has several MX records.
problem-one-mx-todo = Keep only the one on the DNS page and remove the others.
problem-no-cname-imap = The domain’s name “imap”, through which mail programs read emails, is missing.
problem-no-cname-smtp = The domain’s name “smtp”, through which mail programs send emails, is missing.
problem-no-cname-webmail = The domain’s name “webmail”, through which emails are read in a browser, is missing.
problem-no-cname-todo = Add the CNAME record of this name, given on the DNS page. If this name has an A or AAAA record, remove it: the two do not go together.
problem-wrong-cname-imap = The domain’s name “imap” leads to a server other than that of the mail service.
problem-wrong-cname-smtp = The domain’s name “smtp” leads to a server other than that of the mail service.
problem-wrong-cname-webmail = The domain’s name “webmail” leads to a server other than that of the mail service.
problem-wrong-cname-todo = Replace the value of this name’s CNAME record with the one on the DNS page, including the final dot.
problem-no-spf = No SPF rule says who may send emails in the domain’s name. Your emails may be taken for junk.
problem-no-spf-todo = Add the TXT record on the DNS page that begins with “v=spf1”. A domain must have only one of these.
problem-wrong-spf = The domain’s SPF rule does not allow the mail service to send in its name.
problem-wrong-spf-todo = Replace the current SPF value with the one on the DNS page, which completes it. Please do not publish a second one: a domain has only one SPF record.
problem-invalid-spf = The domain’s SPF rule cannot be read.
problem-invalid-spf-todo = Correct the existing rule to match the one on the DNS page. Please do not publish a second one: two rules cancel each other out.
problem-no-dkim = The DKIM key, with which your emails are signed, is not published.
problem-no-dkim-todo = Add the TXT record on the DNS page whose name ends with “_domainkey”. Copy its whole value, without cutting it.
problem-wrong-dkim = The published DKIM key is not that of the mail service.
problem-wrong-dkim-todo = Replace the value of the TXT record whose name ends with “_domainkey” with the one on the DNS page. Copy the whole value, without cutting it.
problem-no-cert = The domain’s security certificate is not ready yet.
problem-no-cert-todo = There is nothing for you to do: the mail service takes care of it, we have asked for it. If this lasts more than a day, contact { $portal-support }.
problem-unknown = A check did not pass (“{ $code }”).
problem-unknown-todo = Compare your records with those on the DNS page. If they are the same, contact { $portal-support } and quote this word.

problem-unlisted-mx = First create in the portal the addresses that already receive emails. Then make the server that is named below the only MX record of the domain: from then on, emails arrive in the new mailboxes. Finally run the check again.
problem-unlisted-cname = Give this name a CNAME record with the value that is named below, final dot included. If this name has an A or AAAA record, remove it: the two do not go together.
problem-unlisted-spf = The domain needs one TXT record that begins with “v=spf1” and holds the “include” part that is named below. If there is one already, complete it: a domain has only one SPF record.
problem-unlisted-dkim = The key must be published in a TXT record whose name ends with “_domainkey”. If the sentence below does not give its value, ask { $portal-support } for it.
problem-unlisted-other = If the sentence below does not say what to change, contact { $portal-support } and quote it.

reason-domain-known = The mail service already knows this domain, but this portal does not manage it. Contact { $portal-support }: they can take the domain over and give you access.
reason-address-taken = The mail service already has a mailbox at this address, which this portal did not create. Choose another address, or contact { $portal-support }.
reason-display-name-taken = Another mailbox already has this name ({ $holder }). The mail service accepts only one mailbox for each name. Add something to the name, for example the department.
reason-display-name-taken-elsewhere = In another domain sharing this context (the mail service keeps the two together), a mailbox already has this name. The mail service accepts only one mailbox for each name. Add something to the name, for example the department.
reason-local-part-taken-elsewhere = In another domain sharing this context (the mail service keeps the two together), a mailbox already has the same part before the “@”. The mail service accepts it only once. Choose another address.
reason-user-left = The mailbox has been deleted, but the mail service still knows the person: the address and the name stay taken. Contact { $portal-support }, who can put this right; then delete the address here.
reason-cannot-disable = This mail service cannot disable a mailbox: it says yes, but the mailbox stays active. Contact { $portal-support }.
reason-cannot-enable = This mail service cannot enable this mailbox: it says yes, but the mailbox stays inactive. Contact { $portal-support }.
reason-cannot-rename = This mail service does not change this name: it says yes, but keeps the old one. Contact { $portal-support }.
reason-half-made = The mail service knows the person, but the mailbox does not exist: a creation or a deletion stopped halfway. Contact { $portal-support }, who can complete it.
reason-given-up = The mail service did not answer for too long. What you entered is kept: you can try again now.
reason-guarded = Since the request was made, this address has begun to receive the emails of an account that has rights, so it is protected. An owner of the domain can try again, and the mailbox will be created.

trouble-no-answer = The mail service is not responding at the moment. We keep trying; you do not need to do anything.
trouble-installation = The connection to the mail service needs repairing. The portal’s staff can see it; your request is kept and will continue by itself.
trouble-name-servers = The name servers of the domain did not answer during the last check. The next check will run by itself, in ten minutes at the earliest.
trouble-check-refused = The mail service refused to check the domain. The next check will run by itself.
trouble-portal = Something went wrong in the portal. Your request is kept and will continue by itself.
