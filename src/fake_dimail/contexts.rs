//! Open-XChange: contexts (each has one address book and one or several domains) and their users. The
//! user name (the bare local part) and the display name are each unique within a context (dimail
//! of 2026, seen from its clients).

use crate::fake_dimail::answer::Answer;
use crate::fake_dimail::ox::{Context, Names, OxUser, SomeNames};
use crate::fake_dimail::state::{State, same_text};

/// The local part of each context's administrator.
const OX_ADMIN: &str = "oxadmin";
/// The user name of each context's administrator.
const OX_ADMIN_LOGIN: &str = "admin_user";

impl State {
    /// The name of the domain's context.
    pub fn context_of(&self, domain: &str) -> Option<&str> {
        let has_domain = |context: &&Context| context.domains.iter().any(|own| own == domain);
        Some(&self.contexts.iter().find(has_domain)?.name)
    }

    /// Adds a domain to the context with that name. An existing context is used without an error; a new
    /// one gets its administrator (dimail of August 2024).
    pub fn join_context(&mut self, domain: &str, name: &str) -> Result<(), Answer> {
        if let Some(current) = self.context_of(domain) {
            if current == name {
                return Ok(());
            }
            let text = format!("The domain is currently mapped to OX context {current}");
            return Err(Answer::conflict(&text));
        }
        if let Some(context) = self.contexts.iter_mut().find(|context| context.name == name) {
            context.domains.push(domain.to_owned());
            return Ok(());
        }
        self.contexts.push(Context { name: name.to_owned(), domains: vec![domain.to_owned()] });
        self.ox_users.push(OxUser {
            context: name.to_owned(),
            domain: domain.to_owned(),
            local_part: OX_ADMIN.to_owned(),
            login: Some(OX_ADMIN_LOGIN.to_owned()),
            names: Names { given: "Admin".to_owned(), sur: "Context".to_owned(), display: "Context Admin".to_owned() },
        });
        Ok(())
    }

    pub fn ox_user(&self, domain: &str, local_part: &str) -> Option<&OxUser> {
        self.ox_users.iter().find(|user| user.domain == domain && user.local_part == local_part)
    }

    pub fn ox_user_mut(&mut self, domain: &str, local_part: &str) -> Option<&mut OxUser> {
        self.ox_users.iter_mut().find(|user| user.domain == domain && user.local_part == local_part)
    }

    /// All users of the domain's context, including those of its other domains.
    pub fn ox_users_around(&self, domain: &str) -> impl Iterator<Item = &OxUser> {
        let context = self.context_of(domain);
        let inside = move |user: &&OxUser| Some(user.context.as_str()) == context;
        self.ox_users.iter().filter(inside)
    }

    /// Whether Open-XChange refuses a new user because its name or its display name is taken.
    pub fn ox_refuses(&self, context: &str, domain: &str, name: &str, display: &str) -> bool {
        let inside = |user: &&OxUser| user.context == context;
        self.ox_users.iter().filter(inside).any(|user| user.has(name)) || self.display_name_taken(domain, name, display)
    }

    /// Whether another user of the context has this display name.
    pub fn display_name_taken(&self, domain: &str, name: &str, display: &str) -> bool {
        self.ox_users_around(domain).any(|user| {
            let oneself = user.domain == domain && user.local_part == name;
            !oneself && same_text(&user.names.display, display)
        })
    }

    /// Creates a user in the domain's context; a refusal makes dimail crash.
    pub fn add_ox_user(&mut self, domain: &str, name: &str, names: Names) -> Result<(), Answer> {
        let context = self.context_of(domain).map(str::to_owned);
        let context = context.ok_or_else(Answer::crash)?;
        if self.ox_refuses(&context, domain, name, &names.display) {
            return Err(Answer::crash());
        }
        self.ox_users.push(OxUser {
            context,
            domain: domain.to_owned(),
            local_part: name.to_owned(),
            login: None,
            names,
        });
        Ok(())
    }

    /// Changes the given names; 404 if Open-XChange has no such user.
    pub fn rename(&mut self, domain: &str, name: &str, to: SomeNames) -> Result<(), Answer> {
        if to.is_empty() {
            return Ok(());
        }
        if self.ox_user(domain, name).is_none() {
            return Err(Answer::not_found("Mailbox not found in open-xchange"));
        }
        let display = to.display.as_deref();
        if display.is_some_and(|display| self.display_name_taken(domain, name, display)) {
            return Err(Answer::crash());
        }
        if let Some(user) = self.ox_user_mut(domain, name) {
            user.names.change(to);
        }
        Ok(())
    }
}
