//! What must hold at the end of aliases, domains, invitations and roles.

use serde_json::Value;

use super::Run;
use super::verdict::{is_refused, list};

impl Run {
    pub(super) async fn check_destinations(&self, state: &Value) {
        let promised = self.promises.borrow().destinations.clone();
        for ((alias, to), is_promised) in promised {
            let row = self.destination(&alias, to).await;
            let is_there = list(state, "aliases").any(|other| {
                other["username"] == *alias.0 && other["domain"] == *alias.1 && other["destination"] == to
            });
            let sql = format!(
                "select outcome, changes.kind, coalesce(changes.reason, '-') from changes \
                 join domains on domains.id = domain_id where name = '{}' and object_kind = 'alias' and object = '{}' \
                 and (destination = '{to}' or destination is null) order by changes.sequence desc limit 1",
                alias.1, alias.0
            );
            let last = self.world.database.texts(&sql).await.pop().unwrap_or_default();
            let about =
                format!("{alias:?} to {to}: promised {is_promised}, stored {row:?}, there {is_there}, last {last}");
            let is_stored = row.as_ref().is_some_and(|row| row[0] == "1");
            assert!(row.is_none() || is_stored, "still to be removed: {about}");
            assert!(is_stored == is_promised || is_refused(&last), "not as promised: {about}");
            let is_known = row.as_ref().is_some_and(|row| row[1] != "failed");
            assert_eq!(is_there, is_known, "known otherwise: {about}");
        }
    }

    pub(super) async fn check_domains(&self, state: &Value) {
        let domains = self.promises.borrow().domains.clone();
        for name in domains {
            let sql = format!("select status, coalesce(refusal, '-') from domains where name = '{name}'");
            let row = self.row(&sql).await.unwrap_or_else(|| panic!("{name} is forgotten"));
            let is_there = list(state, "domains").any(|domain| domain["name"] == *name);
            if row[1] == "-" {
                assert!(row[0] == "enabled" && is_there, "{name}: {row:?}, at dimail {is_there}");
            } else {
                self.count("domain refused");
            }
        }
        let supports = self.promises.borrow().supports.clone();
        for (domain, support) in supports {
            let sql = format!("select support_email from domains where name = '{domain}'");
            assert_eq!(self.world.database.text(&sql).await, support, "{domain}");
        }
    }

    pub(super) async fn check_members(&self) {
        let (invitations, roles) = {
            let promises = self.promises.borrow();
            (promises.invitations.clone(), promises.roles.clone())
        };
        for ((domain, email), is_promised) in invitations {
            let sql = format!(
                "invitations join domains on domains.id = domain_id where name = '{domain}' and email = '{email}'"
            );
            assert_eq!(self.world.database.count(&sql).await, i64::from(is_promised), "{email} on {domain}");
        }
        for (domain, role) in roles {
            let sql = format!(
                "select role from members join domains on domains.id = domain_id join users on users.id = user_id \
                 where domains.name = '{domain}' and users.name = 'Dan Vidal'"
            );
            assert_eq!(self.world.database.text(&sql).await, role, "{domain}");
        }
    }
}
