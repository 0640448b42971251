# Mots courants : statuts, rôles, dates, durées.

status-pending = En attente
status-enabled = Actif
status-action-required = Action requise
status-failed = En erreur
status-disabled = Désactivé

role-owner = Propriétaire
role-administrator = Administrateur
role-viewer = Lecteur

date-day = { $day ->
    [1] 1er
   *[other] { $day }
  } { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
  } { $year }
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
duration-soon = dans un instant
limit-try-again = Vous pourrez recommencer { $when }.

# Qui aide avec le portail : le premier nom si l’on sait où écrire (SUPPORT_URL), l’autre sinon.
portal-support = l’assistance du portail
portal-support-unknown = la personne qui exploite ce portail
