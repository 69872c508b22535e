//! Logarithm and exponential by additions and multiplications alone, which every machine does alike.
//!
//! What is learned must come out the same to the last bit wherever a journal is folded; those of the
//! platform's mathematics library need not.

use std::f32::consts::{LN_2, SQRT_2};

/// `e` to the power of a number; 0 for what is far below, and bounded for what is far above.
pub(super) fn exp(x: f32) -> f32 {
    if x.is_nan() || x <= -80.0 {
        return 0.0;
    }
    let x = x.min(80.0);
    let halves = (x / LN_2).round();
    let r = x - halves * LN_2;
    // Taylor's series: |r| is at most 0.35.
    let series =
        1.0 + r * (1.0 + r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0)))));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 254 by the bounds above"
    )]
    let exponent = (halves + 127.0) as u32;
    series * f32::from_bits(exponent << 23)
}

/// The natural logarithm of a number that is at least 1e-30.
pub(super) fn ln(x: f32) -> f32 {
    let bits = x.max(1e-30).to_bits();
    #[expect(clippy::cast_precision_loss, reason = "an exponent")]
    let mut exponent = (bits >> 23) as f32 - 127.0;
    let mut m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    if m > SQRT_2 {
        m /= 2.0;
        exponent += 1.0;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), and that is at most 0.18.
    let s = (m - 1.0) / (m + 1.0);
    let s2 = s * s;
    let series = 2.0 * s * (1.0 + s2 * (1.0 / 3.0 + s2 * (0.2 + s2 * (1.0 / 7.0))));
    exponent * LN_2 + series
}

#[cfg(test)]
mod tests {
    use super::{exp, ln};

    #[test]
    fn they_are_those_of_the_books() {
        for x in [-79.0_f32, -20.0, -1.5, -0.1, 0.0, 0.3, 1.0, 7.7, 60.0] {
            let (ours, theirs) = (exp(x), x.exp());
            assert!(
                (ours - theirs).abs() <= 3e-5 * theirs,
                "{x}: {ours} {theirs}"
            );
        }
        for x in [1e-20_f32, 0.2, 0.99, 1.0, 1.5, 2.0, 10.0, 6_389.0, 1e20] {
            let (ours, theirs) = (ln(x), x.ln());
            assert!(
                (ours - theirs).abs() <= 1e-5 * theirs.abs().max(1.0),
                "{x}: {ours} {theirs}"
            );
        }
        assert!(exp(f32::NAN).abs() < f32::EPSILON);
        assert!(exp(f32::NEG_INFINITY).abs() < f32::EPSILON);
        assert!(exp(f32::INFINITY).is_finite() && ln(0.0).is_finite());
    }
}
