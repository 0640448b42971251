# Common words: statuses, roles, dates, lengths of time.

status-pending = Pending
status-enabled = Active
status-action-required = Action required
status-failed = Failed
status-disabled = Disabled

role-owner = Owner
role-administrator = Administrator
role-viewer = Viewer


month-january = January
month-february = February
month-march = March
month-april = April
month-may = May
month-june = June
month-july = July
month-august = August
month-september = September
month-october = October
month-november = November
month-december = December

date-day = { $day } { $month } { $year }
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
