//! Numbers as good as random, the same ones in every run.

/// A generator (SplitMix64): whoever begins with the same seed gets the same numbers.
pub struct Dice(u64);

impl Dice {
    /// The numbers that begin with `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number between `low` and `high`.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        low + (high - low) * ((z >> 11) as f64 / (1_u64 << 53) as f64)
    }

    /// A number from 0 to one less than `count`.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "of small lists"
    )]
    pub fn below(&mut self, count: usize) -> usize {
        self.between(0.0, count as f64) as usize
    }

    /// Latitude and longitude in the shipped district or the sea before it.
    pub fn in_tendring(&mut self) -> (f64, f64) {
        (self.between(51.755, 51.965), self.between(0.97, 1.31))
    }
}
