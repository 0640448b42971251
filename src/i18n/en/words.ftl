# Common words: statuses, roles, dates, lengths of time.

status-pending = Pending
status-enabled = Active
status-action-required = Action required
status-failed = Failed
status-disabled = Disabled

role-owner = Owner
role-administrator = Administrator
role-viewer = Viewer

date-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
  } { $year }
date-time = { $day } at { $time }

duration-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
  }
duration-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
  }
duration-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
  }
duration-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
  }
duration-in = in { $length }
limit-try-again = You can try again { $when }.
duration-soon = in a moment

# Who helps with the portal: the first name if people know where to write (SUPPORT_URL), else the other.
portal-support = the portal’s support
portal-support-unknown = the people who run this portal
