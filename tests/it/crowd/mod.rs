//! Crowd reports, from a phone to the database and back.
mod stored;
