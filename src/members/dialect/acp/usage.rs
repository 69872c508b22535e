//! The tokens of a turn, from the places in which agents tell them: with the answer to the prompt
//! (as a field, or among Gemini's own), and how full the model's window is by an update.

use serde_json::Value;

use crate::core::{ContextUse, Usage};

/// What was told of tokens in a turn.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    context: Option<ContextUse>,
    /// What the session had cost before the turn, and what it has cost now, in US dollars.
    before: Option<f64>,
    now: Option<f64>,
}

impl Tokens {
    /// Takes an update in; one agent sends one without a number after each turn.
    pub(super) fn update(&mut self, update: &Value) {
        let number = |key: &str| update.get(key).and_then(Value::as_u64);
        if let (Some(used), Some(size)) = (number("used"), number("size")) {
            self.context = ContextUse::new(used, size);
        }
        let cost = update
            .get("cost")
            .filter(|cost| cost.get("currency").and_then(Value::as_str) == Some("USD"));
        self.now = cost
            .and_then(|cost| cost.get("amount")?.as_f64())
            .or(self.now);
    }

    /// Takes in what the session had cost before the turn, in US dollars; null: it is not known.
    pub(super) fn begun_at(&mut self, spent: Option<&Value>) {
        self.before = spent.and_then(Value::as_f64);
    }

    /// What the turn cost, in millionths of a US dollar; 0 where that is not known.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be a sum of money"
    )]
    fn cost(&self) -> u64 {
        let cost = self.now.zip(self.before).map(|(now, before)| now - before);
        let cost = cost.filter(|cost| (0.0..1e6).contains(cost));
        cost.map_or(0, |cost| (cost * 1e6).round() as u64)
    }

    /// What the turn used; none where the agent does not say.
    pub(super) fn of(&self, result: &Value) -> Option<Usage> {
        let (input, output, cached) = counted(result)?;
        Some(Usage {
            input,
            output,
            cached,
            context: self.context,
            micro_usd: self.cost(),
            ..Usage::default()
        })
    }

    /// Whether the agent says that a turn with text took no tokens: that is what is left of a stream
    /// that broke off.
    pub(super) fn is_broken_off(result: &Value) -> bool {
        counted(result).is_some_and(|(input, output, _)| input == 0 && output == 0)
    }
}

/// Tokens read, written, and those of the read ones that came from a cache.
fn counted(result: &Value) -> Option<(u64, u64, Option<u64>)> {
    let number = |at: &Value, key: &str| at.get(key).and_then(Value::as_u64);
    if let Some(usage) = result.get("usage").filter(|usage| !usage.is_null()) {
        let cached = number(usage, "cachedReadTokens");
        // Cached tokens are counted apart from the others here.
        let written = number(usage, "cachedWriteTokens").unwrap_or_default();
        let input = number(usage, "inputTokens")?.saturating_add(cached.unwrap_or_default());
        let input = input.saturating_add(written);
        return Some((input, number(usage, "outputTokens")?, cached));
    }
    let count = result.pointer("/_meta/quota/token_count")?;
    let input = number(count, "input_tokens")?;
    Some((input, number(count, "output_tokens")?, None))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::Tokens;
    use crate::core::{ContextUse, Usage};

    #[test]
    fn tokens_are_read_where_an_agent_tells_them() {
        let mut tokens = Tokens::default();
        tokens.update(&json!({"used": null, "size": 200_000}));
        assert_eq!(tokens.of(&json!({"stopReason": "end_turn"})), None);
        tokens.update(&json!({"used": 5, "size": 10, "cost": {"amount": 0.75, "currency": "USD"}}));
        assert_eq!(tokens.cost(), 0);
        tokens.begun_at(Some(&json!(0.5)));
        tokens.update(&json!({"used": 123, "size": 258_400}));
        let claude = json!({"usage": {"inputTokens": 10, "outputTokens": 5, "cachedReadTokens": 7,
            "cachedWriteTokens": 1, "totalTokens": 23}});
        let expected = Usage {
            input: 18,
            output: 5,
            cached: Some(7),
            micro_usd: 250_000,
            context: ContextUse::new(123, 258_400),
            ..Usage::default()
        };
        assert_eq!(tokens.of(&claude), Some(expected));
        let gemini =
            json!({"_meta": {"quota": {"token_count": {"input_tokens": 30, "output_tokens": 8}}}});
        let usage = tokens.of(&gemini).unwrap();
        assert_eq!((usage.input, usage.output, usage.cached), (30, 8, None));
        assert!(!Tokens::is_broken_off(&gemini));
        assert!(Tokens::is_broken_off(
            &json!({"usage": {"inputTokens": 0, "outputTokens": 0}})
        ));
    }
}
