//! Crowd reports, from a phone to the database and back; and what is declared of beaches, by which policy.
mod declared;
mod keeping;
mod refused;
mod stored;
