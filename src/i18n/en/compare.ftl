# The comparison of a domain with the mail service.

compare-link = Compare with the mail service
compare-link-text = What the mail service has right now, next to what the portal knows.
compare-found = { $n ->
    [one] On { $day }, { $n } difference from the mail service was found.
   *[other] On { $day }, { $n } differences from the mail service were found.
  }
compare-see = See the comparison
compare-title = Comparison with the mail service
compare-lead = What the mail service has right now, next to what the portal knows. Nothing changes until you ask for it.
compare-again = Compare again
compare-retry = Try again
compare-no-answer = The mail service is not responding at the moment: the comparison could not be made. Nothing has changed.
compare-nothing-done = The mail service is not responding at the moment: nothing has been changed. Try again in a few minutes.
compare-domain-missing = The mail service does not have this domain yet: there is nothing to compare.
compare-same = Everything matches: what the mail service has is what the portal knows.
compare-same-so-far = No difference was found, but not everything is finished: some operations on this domain are in progress or need attention.
compare-owners-only = Only the owners ({ $owners }) can adopt the state of the mail service or send it the portal’s.
compare-elsewhere = { $n ->
    [one] The mail service keeps { $n } address of another domain together with this domain.
   *[other] The mail service keeps { $n } addresses of other domains together with this domain.
  }
compare-lines = { $n ->
    [one] { $n } difference
   *[other] { $n } differences
  }
compare-next = Next differences

compare-column-subject = Address
compare-column-difference = Difference
compare-column-here = In the portal
compare-column-there = At the mail service

compare-only-there-title = Only at the mail service
compare-only-there-lead = The portal does not know these addresses. If you adopt them, they are added here as they are, without an email to their users. The portal never deletes what it does not know.
compare-only-here-title = Only in the portal
compare-only-here-lead = The mail service no longer has these addresses. Adopting its state removes them from the portal; sending the state of the portal creates them again, empty, without an email to their users.
compare-different-title = Different
compare-different-lead = On both sides, but under another name, or active on one side only.
compare-apart-title = To be dealt with separately
compare-apart-lead = The portal can neither adopt nor change them. You can ignore them.
compare-under-way-title = In progress
compare-under-way-lead = The portal is working on them: these differences will go away by themselves.
compare-ignored-title = Ignored
compare-ignored-lead = Left as they are. A difference that changes is shown again.

compare-is-only-there = Unknown to the portal
compare-is-only-here = No longer at the mail service
compare-is-names = Other names
compare-is-activity = Active on one side only
compare-is-names-and-activity = Other names, and active on one side only
compare-is-back = At the mail service again
compare-is-functional = Technical mailbox that cannot be opened in the webmail: the portal does not manage it.
compare-is-half-made = Webmail access without a mailbox, or a mailbox that the mail service has not finished changing. Contact { $portal-support }, who can put this right.
compare-is-capitals = Written with capitals at the mail service, where the portal would not find it.
compare-is-odd = The portal does not accept this address or this destination.
compare-is-under-way = In progress
compare-there = Present
compare-not-there = Absent
compare-nameless = Without a name
compare-inactive-here = It is disabled in the portal: it will not be created again until it is enabled.
compare-disables = Sending the state of the portal disables it, which deletes the calendar and the address book.
compare-ignored-by = “{ $reason }” ({ $by }, { $day })

compare-act-title = What should be done with the selected lines?
compare-adopt-means = Adopt: the portal takes over the state of the mail service.
compare-push-means = Send: the mail service is given the portal’s state.
compare-ignore-means = Ignore: the difference stays and is no longer reported. Give a reason for your colleagues.
compare-action = For the selected lines
compare-choose = Choose…
compare-adopt = Adopt the state of the mail service
compare-push = Send the state of the portal
compare-ignore = Ignore
compare-heed = Stop ignoring the selected lines
compare-reason = Reason
compare-reason-hint = Only when ignoring; 200 characters at most.

compare-adopted = { $n ->
    [0] Nothing was adopted.
    [one] { $n } line has been adopted from the mail service: { $subjects }.
   *[other] { $n } lines have been adopted from the mail service: { $subjects }.
  }
compare-pushed = { $n ->
    [0] Nothing was sent.
    [one] { $n } line is being sent to the mail service: { $subjects }. The operations page shows what becomes of it.
   *[other] { $n } lines are being sent to the mail service: { $subjects }. The operations page shows what becomes of them.
  }
compare-ignored = { $n ->
    [0] Nothing was ignored.
    [one] { $n } difference is ignored: { $subjects }.
   *[other] { $n } differences are ignored: { $subjects }.
  }
compare-heeded = { $n ->
    [one] { $n } difference is no longer ignored: { $subjects }.
   *[other] { $n } differences are no longer ignored: { $subjects }.
  }
compare-and-others = { $n ->
    [one] { $subjects } and { $n } other
   *[other] { $subjects } and { $n } others
  }
compare-refused = { $subject }: { $reason }
compare-refused-others = { $n ->
    [one] And { $n } other line was refused.
   *[other] And { $n } other lines were refused.
  }
compare-changed = this difference is no longer the one that was shown.
compare-not-offered = this choice does not suit this line. What the portal does not know can only be adopted or ignored; a line under “To be dealt with separately” can only be ignored.
compare-name-taken = another mailbox of this domain already has this name.
compare-apply = Apply to the selected lines
compare-still-waits = See the operations
