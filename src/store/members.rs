//! Who has which role on which domain.

use super::{ByPortal, Fault, Locked, Store, Tx, columns};
use crate::model::id::{DomainId, MemberId, UserId};
use crate::model::role::Role;
use crate::model::user::Language;

/// Somebody's role on a domain.
#[derive(Clone, Debug)]
pub struct Member {
    /// The person's address.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The language the person chose, if any.
    pub language: Option<Language>,
    /// Whether the account is active.
    pub is_active: bool,
}

const MEMBERS: &str = "select users.email, users.name, users.language, users.disabled_at, members.role \
     from members join users on users.id = members.user_id where members.domain_id = $1 order by users.name, users.id";

fn read_member(row: &sqlx::any::AnyRow) -> Result<Member, Fault> {
    Ok(Member {
        email: columns::text(row, "email")?,
        name: columns::text(row, "name")?,
        role: columns::word(row, "role", Role::from_word)?,
        language: columns::text_or_null(row, "language")?.as_deref().and_then(Language::from_code),
        is_active: columns::moment_or_null(row, "disabled_at")?.is_none(),
    })
}

impl Store {
    /// The members of a domain by name, for the portal itself and operators.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn members_of(&self, domain: DomainId) -> Result<Vec<Member>, Fault> {
        let rows = sqlx::query(MEMBERS).bind(domain.to_string()).fetch_all(&self.pool).await?;
        rows.iter().map(read_member).collect()
    }
}

impl Tx {
    /// The owners of the locked domain whose accounts are active.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn active_owners<R>(&mut self, locked: &Locked<R>) -> Result<Vec<Member>, Fault> {
        let rows = sqlx::query(MEMBERS).bind(locked.domain.id.to_string()).fetch_all(&mut *self.sql).await?;
        let members = rows.iter().map(read_member).collect::<Result<Vec<_>, _>>()?;
        Ok(members.into_iter().filter(|member| member.role == Role::Owner && member.is_active).collect())
    }

    /// Gives a person a role on the locked domain, instead of the one they may have.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_role(&mut self, locked: &Locked<ByPortal>, user: UserId, role: Role) -> Result<(), Fault> {
        let now = self.clock.now();
        sqlx::query(
            "insert into members (id, domain_id, user_id, role, created_at) values ($1, $2, $3, $4, $5) \
             on conflict (domain_id, user_id) do update set role = excluded.role",
        )
        .bind(MemberId::new(now).to_string())
        .bind(locked.domain.id.to_string())
        .bind(user.to_string())
        .bind(role.word())
        .bind(now.0)
        .execute(&mut *self.sql)
        .await?;
        Ok(())
    }
}
