# The DNS page of a domain, and the page of the link that is sent to the person who manages its DNS.

dns-count = { $total ->
    [one] { $right } of { $total } record is in place
   *[other] { $right ->
        [one] { $right } of { $total } records is in place
       *[other] { $right } of { $total } records are in place
      }
  }
dns-count-unknown = { $total ->
    [one] { $total } record to publish
   *[other] { $total } records to publish
  }
dns-done-since = Everything has been in place since { $day }.
dns-done = All DNS records are in place.
dns-progress = Records in place
dns-checked = Last check: { $timestamp }.
dns-never-checked = This domain has not been checked yet.
dns-left-title = What is left to do
dns-left-lead = Enter these records in your account at the domain host of { $domain }, where its name is managed.
dns-mx-moves = As soon as the MX record changes, all email for the domain arrives in the new mailboxes. Old emails stay in the old mailboxes: copy them before you close those mailboxes.
dns-mx-prepare = First create the addresses that already receive email: their mailboxes will open when the domain is active.
dns-mx-own = Your address { $address } has no mailbox here yet: without one, your emails will no longer reach you.
dns-mx-own-create = First create { $address }

dns-column-type = Type
dns-column-name = Name
dns-column-today = Today
dns-column-value = Value
dns-column-wanted = Value to enter
dns-column-priority = Priority
dns-full-name = Full name
dns-copy-name = the name of the { $label }
dns-copy-full-name = the full name of the { $label }
dns-copy-value = the value of the { $label }
dns-copy-priority = the priority of the { $label }
dns-state-wrong = Incorrect
dns-state-missing = Missing
dns-state-unknown = Not checked yet
dns-today-nothing = Nothing
dns-today-other = Something else
dns-today-unknown = Not checked yet

dns-todo-add = Add this record.
dns-todo-replace = Replace its value.
dns-todo-mx-add = Add it: it must be the only MX of this name.
dns-todo-mx-replace = Replace the current MX records with this one, which must be the only one.
dns-todo-cname-add = Add it. If this name has an A or AAAA record, remove that one.
dns-todo-spf-add = Add it: a domain has only one SPF record.
dns-todo-spf-merge = Replace the current value with this one, which adds to it. Do not add a second SPF record: two cancel each other out.
dns-todo-spf-unknown = In the current SPF record, add { $required } before the “all” at the end. Do not add a second SPF record: two cancel each other out.
dns-todo-spf-doubled = The domain has several SPF records, which cancel each other out: give this value to one of them and remove the others.
dns-todo-spf-redirect = The current “redirect” stays, at the end.
dns-todo-spf-lookups = This value names more than ten servers to look up, the limit of an SPF record: remove those that no longer send.
dns-todo-dkim = Copy the whole value, without cutting it.

dns-check = I have made the changes: check now
dns-check-delay = A change can take up to 24 hours to become visible. The portal also checks by itself, and writes to the owners when the domain becomes active.
dns-check-delay-link = A change can take up to 24 hours to become visible. The portal also checks by itself.
dns-check-left = { $n ->
    [one] Checked: { $n } record still needs correcting ({ $labels }). A change can take up to 24 hours to become visible; the portal goes on checking.
   *[other] Checked: { $n } records still need correcting ({ $labels }). A change can take up to 24 hours to become visible; the portal goes on checking.
  }
dns-check-done = Checked: everything is in place.
dns-check-repairing = Checked: the DNS records are in place, but the mail service has not finished its part. You do not need to do anything: we check again regularly.
dns-check-others = Checked: the records are in place, but another problem remains.
dns-check-unlisted = Checked: something still needs correcting.
dns-check-closed = This domain is disabled by the portal’s staff: it is no longer checked.

dns-right-title = { $n ->
    [one] { $n } correct
   *[other] { $n } correct
  }
dns-technical = Technical detail
dns-said = The mail service says:
dns-other-problems = Other problems found
dns-no-records = The mail service has not said yet which records it expects. They will appear here as soon as it has answered.
dns-records-unknown = The mail service has not said yet which records it expects: there is nothing to send. Try again in a few minutes.
dns-unlisted-lead = This mail service does not say which records it expects: there is no list to copy.
dns-unlisted-problems = What its last check found wrong is below, with the service’s own sentence, which names the value that it expects.
dns-unlisted-ask = For the whole list of records, ask { $portal-support }.
dns-problems = What needs correcting
dns-zone-title = The zone as text
dns-zone-text = For tools that read a zone file.
dns-zone-download = Open the zone file

dns-share-title = Does someone else manage the DNS zone?
dns-share-text = Send these settings to the person who manages the zone: IT provider, inter-municipal body, domain host. They receive the records and a link to what is left to do. They do not need an account, and the link gives no access to the rest of the portal. A link already sent to the same address then stops working.
dns-share-who = Not sure who that is? The yearly invoice for the domain name shows the name of its host; or ask the person who created the town’s website.
dns-share-email = Their email address
dns-share-submit = Send these settings
dns-shared = The email with the settings is on its way to { $email }. Its link works for 30 days.
dns-share-list = Links sent
dns-share-count = { $n ->
    [one] { $n } link sent
   *[other] { $n } links sent
  }
dns-share-column-to = Sent to
dns-share-column-by = By
dns-share-column-ends = Works until
dns-share-end = Disable the link
dns-share-end-about = sent to { $email }
dns-share-ended = The link sent to { $email } no longer works.
mistake-too-many-dns-links = This domain already has twenty working links. Disable one of them before you send another.

dns-help-link = What do these words mean?
dns-help-title = How to do it: the words explained
dns-help-zone = The DNS zone is the list of a domain’s records. It is edited at the domain host, in the customer area. A record is one line of that list.
dns-help-name-term = Name
dns-help-name = What comes before the domain name. @ is the domain itself: some hosts want an empty field instead.
dns-help-value-term = Value
dns-help-value = What the record contains. Copy all of it, final dot included.
dns-help-priority-term = Priority
dns-help-priority = Only an MX has one. With a single MX, any number will do.
dns-help-ttl-term = TTL
dns-help-ttl = How long others remember the old value. Leave the value that is suggested.
dns-help-dot-term = Final dot
dns-help-dot = It says that the name is complete. If your host refuses it, leave it out; if your host adds your domain at the end, put the dot back.
dns-help-types = The types of records
dns-help-mx = The server to which email for the domain is delivered.
dns-help-txt = A text that other servers read. SPF, DKIM and DMARC are TXT records.
dns-help-cname = Another name for a server, for example webmail.
dns-help-spf = The servers that may send email in the name of the domain. There is only one per domain.
dns-help-dkim = The key that proves that an email comes from the domain and has not been changed.
dns-help-dmarc = What others should do with an email that matches neither the SPF record nor the DKIM key. If there is one, leave it.
dns-help-hosts = The words that domain hosts use
dns-help-host = Host
dns-help-place = Where
dns-help-ovh-place = Domain names, DNS zone tab, Add an entry
dns-help-ovh-name = Sub-domain (empty for @)
dns-help-ovh-value = Target, or Value for a TXT
dns-help-gandi-place = Domain, DNS Records, Add
dns-help-gandi-name = Name (@ accepted)
dns-help-gandi-value = Hostname, or Text value
dns-help-ionos-place = Domains & SSL, DNS tab, Add record
dns-help-ionos-name = Host name (@ accepted)
dns-help-ionos-value = Points to, or Value
dns-help-infomaniak-place = Domains, DNS zone, Add a record
dns-help-infomaniak-name = Source (empty for @)
dns-help-infomaniak-value = Target

dns-link-title = DNS settings of { $domain }
dns-link-lead = { $domain } uses a mail service that needs these records. Someone who manages this domain sent you this link on { $day }: their name is in the email it came with. This page shows what is left to do; it does not ask for an account.
dns-link-ends = This link works until { $day }.
dns-link-over-title = This link no longer works
dns-link-over = It is more than 30 days old, or it has been disabled. Ask the person who sent it to you for another one.

email-dns-subject = { $domain }: DNS settings to publish
email-dns-text = The domain { $domain } needs the DNS records below for its email. “{ $by }” ({ $address }), who manages this domain in our portal, asks you to publish them.
email-dns-names = @ is the domain itself. A dot at the end of a value says that the name is complete.
email-dns-mx = As soon as the MX record changes, all email for the domain arrives at the new mail service: agree on the moment with “{ $by }”.
email-dns-spf = A domain has one SPF record only: if there is one, replace it instead of adding a second.
email-dns-right = { $n ->
    [one] { $n } other record is already in place.
   *[other] { $n } other records are already in place.
  }
email-dns-link = The page below shows what is left to do, with buttons to copy each value and to check your changes. It needs no account, and works for { $length }.
email-dns-button = See what is left to do
email-dns-unexpected = If you do not manage the DNS of this domain, or do not know “{ $by }”, you can ignore this email.
