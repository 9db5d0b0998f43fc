//! What is said over the socket. Both ends are this program, though not always of one version.
use crate::access::{Secret, TokenText};
use crate::app::orders::{self, Asked, AskedEvents, EventsWords, TokenWords};
use crate::catalogue::{AreaFacts, FeedTaken};
use crate::clock::Move;
use crate::command::{AccessOutcome, FeedOutcome, Imported, Outcome};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// Take in an area folder.
    Import {
        /// Its files, by path within it.
        files: BTreeMap<String, String>,
    },
    /// Take in a table of tides.
    ImportTides {
        /// What the file is called.
        file: String,
        /// What it says.
        text: String,
        /// Whose tide it is.
        station: Option<String>,
    },
    /// Take in a document of events.
    ImportEvents(EventsRequest),
    /// Give a place another status.
    SetStatus(StatusChange),
    /// Make a token.
    CreateToken(TokenRequest),
    /// Revoke a token.
    RevokeToken {
        /// Its id.
        id: String,
    },
    /// Move the time of a rehearsal.
    SetClock {
        /// To this instant.
        to: DateTime<Utc>,
    },
    /// Move the time of a rehearsal on.
    ForwardClock {
        /// By so many seconds.
        seconds: i64,
    },
    /// Make an organisation.
    CreateOrganisation {
        /// Its slug.
        id: String,
        /// Its name.
        name: String,
        /// What it is.
        kind: String,
        /// Its venues.
        venues: Vec<String>,
    },
}

impl Request {
    /// Where the time of a rehearsal shall be moved, when that is what it asks.
    pub fn moves_clock(&self) -> Option<Move> {
        match self {
            Self::SetClock { to } => Some(Move::To(*to)),
            Self::ForwardClock { seconds } => {
                Some(Move::By(TimeDelta::try_seconds(*seconds).unwrap_or(TimeDelta::MAX)))
            }
            Self::Import { .. }
            | Self::ImportTides { .. }
            | Self::ImportEvents(_)
            | Self::SetStatus(_)
            | Self::CreateToken(_)
            | Self::RevokeToken { .. }
            | Self::CreateOrganisation { .. } => None,
        }
    }

    /// The command it means, admitted at `now`; or why it means none.
    pub fn asked(self, now: DateTime<Utc>) -> Result<Asked, Vec<String>> {
        match self {
            Self::Import { files } => {
                let files = files.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
                orders::import(files).map(Asked::from)
            }
            Self::ImportTides { file, text, station } => {
                orders::import_tides(&file, &text, station.as_deref()).map(Asked::from)
            }
            Self::ImportEvents(_) => {
                Err(vec!["what a feed brings is read with what is known of the area".to_owned()])
            }
            Self::SetStatus(change) => {
                let (reason, until) = (change.reason.as_deref(), change.until.as_deref());
                orders::set_status(&change.collection, &change.id, &change.status, reason, until)
                    .map(Asked::from)
            }
            Self::CreateToken(token) => orders::create_token(token.words(), now),
            Self::RevokeToken { id } => orders::revoke_token(&id),
            Self::CreateOrganisation { id, name, kind, venues } => {
                orders::create_organisation(&id, &name, &kind, &venues)
            }
            Self::SetClock { .. } | Self::ForwardClock { .. } => Err(vec![
                "the time of a rehearsal is in no database: there is no command to move it".to_owned(),
            ]),
        }
    }
}

/// A document of events to be taken in, as given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsRequest {
    /// What the file is called, or where it was found.
    pub file: String,
    /// What it says.
    pub content: Content,
    /// The feed whose its events are.
    pub feed: String,
    /// How it is written.
    pub format: Option<String>,
    /// The organisation whose its events are.
    pub organisation: Option<String>,
    /// Whether it is all of the feed.
    pub whole: Option<bool>,
    /// Whether it is taken in whatever it looks like.
    pub forced: bool,
}

/// What a file says. Readers refuse what is not UTF-8, and say where.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Text.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(|error| Self::Bytes(error.into_bytes()), Self::Text)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content(…)")
    }
}

impl EventsRequest {
    /// What is said of the document.
    pub fn words(&self) -> EventsWords<'_> {
        EventsWords {
            file: &self.file,
            feed: &self.feed,
            format: self.format.as_deref(),
            organisation: self.organisation.as_deref(),
            whole: self.whole,
            forced: self.forced,
        }
    }

    /// The command it means in the area of which these are the facts; or why it means none.
    pub fn asked(&self, facts: &AreaFacts) -> Result<AskedEvents, Vec<String>> {
        let bytes = match &self.content {
            Content::Text(text) => text.as_bytes(),
            Content::Bytes(bytes) => bytes,
        };
        orders::import_events(&self.words(), bytes, facts)
    }
}

/// A token to be made, as written. Without `actor` it is that of a new one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// Whose it will be.
    pub actor: Option<String>,
    /// The new actor's name.
    pub name: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Its organisation.
    pub organisation: Option<String>,
    /// Its roles.
    pub roles: Vec<String>,
    /// Its beaches, separated by commas, or `all`.
    pub beaches: Option<String>,
    /// The capacity it reports in.
    pub reports_as: Option<String>,
    /// After how many days the token expires.
    pub expires_in_days: Option<u32>,
}

impl TokenRequest {
    fn words(&self) -> TokenWords<'_> {
        TokenWords {
            actor: self.actor.as_deref(),
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            organisation: self.organisation.as_deref(),
            roles: &self.roles,
            beaches: self.beaches.as_deref(),
            reports_as: self.reports_as.as_deref(),
            expires_in_days: self.expires_in_days,
        }
    }
}

/// It names somebody, whom no log shall name.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenRequest(…)")
    }
}

/// A place and the status it shall have, as written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    /// The place's collection.
    pub collection: String,
    /// Its id.
    pub id: String,
    /// The status.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// The RFC 3339 instant it ends by itself.
    pub until: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// So many items are done; more replies follow.
    Progress {
        /// How many.
        done: u64,
    },
    /// It is done.
    Done(Took),
    /// It was refused, or it failed; nothing was changed unless it says so.
    Refused {
        /// Why, a line each.
        lines: Vec<String>,
    },
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "took", rename_all = "snake_case")]
pub enum Took {
    /// An import.
    Import {
        /// Places that were new.
        added: u64,
        /// Places that had changed.
        changed: u64,
        /// Places left as they are.
        unchanged: u64,
        /// Places that staff have deleted, left so.
        #[serde(default)]
        deleted: u64,
        /// Places the files no longer have.
        missing: u64,
        /// Documents that were new or had changed.
        documents: u64,
    },
    /// A document of events.
    Events {
        /// Events that were new.
        added: u64,
        /// Events that were written anew.
        changed: u64,
        /// Events left as they are.
        unchanged: u64,
        /// Fields that stay as staff have them.
        kept: u64,
        /// Events put away.
        archived: u64,
        /// Events that staff have deleted, left so.
        deleted: u64,
        /// What was refused: where it stands, and why.
        refused: Vec<(String, String)>,
    },
    /// A document of events that looks broken, of which nothing was taken in.
    HeldBack {
        /// Why.
        why: String,
    },
    /// A place was written.
    Written {
        /// Its version now.
        version: i64,
    },
    /// A place was so already.
    Unchanged {
        /// Its version.
        version: i64,
    },
    /// A token was made.
    Token {
        /// Its id.
        id: String,
        /// Whose it is.
        actor: String,
        /// The token itself, said this once.
        text: Said,
    },
    /// An organisation is there.
    Organisation {
        /// Its id.
        id: String,
        /// Its version.
        version: i64,
    },
    /// The time of a rehearsal was moved.
    Moved {
        /// What it is now.
        now: String,
    },
    /// It is done, and there is no more to say.
    Done,
}

/// A token that is said to who asked for it. Nothing else prints it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Said(pub String);

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said(…)")
    }
}

impl Took {
    /// What `outcome` is told as; `secret` is that of the token it made.
    pub fn new(outcome: Outcome, secret: Option<&Secret>) -> Self {
        match outcome {
            Outcome::Imported(Imported { added, changed, unchanged, deleted, missing, documents }) => {
                Self::Import { added, changed, unchanged, deleted, missing, documents }
            }
            Outcome::Feed(FeedOutcome::Taken { taken, notes }) => {
                let FeedTaken { added, changed, unchanged, kept, archived, deleted, refused: _ } = taken;
                let refused = notes.into_iter().map(|note| (note.at, note.what)).collect();
                Self::Events { added, changed, unchanged, kept, archived, deleted, refused }
            }
            Outcome::Feed(FeedOutcome::Quarantined(held)) => Self::HeldBack { why: held.alarm.detail },
            Outcome::Written { item, .. } => Self::Written { version: item.version.0 },
            Outcome::Deleted { version, .. } => Self::Written { version: version.0 },
            Outcome::Unchanged { item } => Self::Unchanged { version: item.version.0 },
            Outcome::Access(AccessOutcome::Token(actor, token)) => {
                let secret = secret.expect("whoever has a token made keeps its secret");
                let text = TokenText::new(token.kind, token.id, secret);
                Self::Token {
                    id: token.id.to_string(),
                    actor: actor.id().to_string(),
                    text: Said(text.reveal().to_owned()),
                }
            }
            Outcome::Access(AccessOutcome::Organisation(organisation)) => {
                Self::Organisation { id: organisation.id.to_string(), version: organisation.version.0 }
            }
            Outcome::Access(
                AccessOutcome::Actor(_)
                | AccessOutcome::Application(_)
                | AccessOutcome::Accepted(..)
                | AccessOutcome::Done,
            )
            | Outcome::Crowd(_)
            | Outcome::Declare(_)
            | Outcome::Feed(FeedOutcome::Noted | FeedOutcome::Acknowledged(_) | FeedOutcome::Asked)
            | Outcome::Batch { .. }
            | Outcome::Counted { .. }
            | Outcome::Lease { .. } => Self::Done,
        }
    }
}
