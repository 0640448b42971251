# Mots courants : statuts, rôles, dates, durées.

status-pending = En attente
status-enabled = Actif
status-action-required = Action requise
status-failed = En erreur
status-disabled = Désactivé

role-owner = Propriétaire
role-administrator = Administrateur
role-viewer = Lecteur


month-january = janvier
month-february = février
month-march = mars
month-april = avril
month-may = mai
month-june = juin
month-july = juillet
month-august = août
month-september = septembre
month-october = octobre
month-november = novembre
month-december = décembre

date-day = { $day ->
    [1] 1er
   *[other] { $day }
  } { $month } { $year }
date-time = { $day } à { $time }

duration-seconds = { $n ->
    [one] { $n } seconde
   *[other] { $n } secondes
  }
duration-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
  }
duration-hours = { $n ->
    [one] { $n } heure
   *[other] { $n } heures
  }
duration-days = { $n ->
    [one] { $n } jour
   *[other] { $n } jours
  }
duration-in = dans { $length }
