#!/usr/bin/env python3
"""Winners of seeded elections by the package pref-voting, to hold the room's rules against.

    pip install pref-voting==1.18.2
    python make.py golden > elections.txt     makes the golden file
    python make.py recount FILE               counts exported ballots again and says what differs

An election is a line: the number of candidates, the ballots, then the winners under each rule. A
ballot has a character a candidate: its score from 0 to 9 or a for 10, or - where the voter was not
shown it. A higher score is a better rank, equal scores are ties. `*3` behind it is the voter's weight.
Winners are digits, ! is nobody, and . is a rule that pref-voting does not have for such ballots.
"""

import math
import random
import sys
from importlib.metadata import version
from itertools import groupby

from pref_voting.grade_methods import score_voting
from pref_voting.grade_profiles import GradeProfile
from pref_voting.margin_based_methods import beat_path, ranked_pairs
from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.scoring_methods import borda_for_profile_with_ties, plurality
from pref_voting.utility_profiles import UtilityProfile

RULES = "plurality majority approval borda schulze ranked-pairs score weighted unanimity".split()
ELECTIONS = 10_000
SEED = 20_260_301
# Orders of equal margins that are tried by brute force.
ORDERS_MOST = 2_000


def read(ballot):
    scores, _, weight = ballot.partition("*")
    shown = {c: int(s, 16) for c, s in enumerate(scores) if s != "-"}
    return shown, int(weight or 1)


def ranking(scores):
    levels = sorted(set(scores.values()), reverse=True)
    return {c: levels.index(s) + 1 for c, s in scores.items()}


def near_most(values):
    most = max(values.values())
    return [c for c, value in values.items() if value >= most - 1e-9 * max(1, abs(most))]


def orders(profile, candidates):
    """How many orders the pairs have that ranked pairs goes through."""
    margins = sorted(
        profile.margin(a, b)
        for a in range(candidates)
        for b in range(candidates)
        if a != b and profile.margin(a, b) >= 0
    )
    return math.prod(math.factorial(len(list(group))) for _, group in groupby(margins))


def winners(candidates, ballots):
    """The winners under each rule; None where pref-voting has no such rule."""
    everybody = list(range(candidates))
    shown = [scores for scores, _ in ballots]
    weights = [weight for _, weight in ballots]
    profile = ProfileWithTies([ranking(scores) for scores in shown], candidates=everybody)
    profile.use_strict_preference()
    found = dict.fromkeys(RULES)

    tops = [max(scores.values()) for scores in shown]
    alone = all(list(scores.values()).count(top) == 1 for scores, top in zip(shown, tops))
    if alone:
        heads = profile.plurality_scores()
        found["plurality"] = plurality(profile)
        found["majority"] = [c for c in everybody if 2 * heads[c] > len(shown)]
        found["unanimity"] = [c for c in everybody if heads[c] == len(shown)]
        weighed = ProfileWithTies(
            [ranking(scores) for scores in shown], rcounts=weights, candidates=everybody
        )
        found["weighted"] = plurality(weighed)

    approvals = [{c: int(score >= 6) for c, score in scores.items()} for scores in shown]
    grades = GradeProfile(approvals, [0, 1], candidates=everybody)
    found["approval"] = score_voting(grades, evaluation_method="mean")

    found["schulze"] = beat_path(profile)
    if profile.condorcet_winner() is not None or orders(profile, candidates) <= ORDERS_MOST:
        found["ranked-pairs"] = ranked_pairs(profile)
    elif candidates <= 4:
        found["ranked-pairs"] = ranked_pairs(profile, algorithm="from_stacks")

    if all(len(scores) == candidates for scores in shown):
        found["borda"] = borda_for_profile_with_ties(profile)
        if all(len(set(scores.values())) > 1 for scores in shown):
            utilities = UtilityProfile(shown).normalize_by_standard_score()
            found["score"] = near_most({c: utilities.util_sum(c) for c in everybody})
    return found


def written(found):
    def field(rule):
        if found[rule] is None:
            return "."
        return "".join(str(c) for c in sorted(found[rule])) or "!"

    return " ".join(map(field, RULES))


def election(dice):
    candidates = dice.choice([2, 3, 3, 4, 4, 5, 6])
    voters = dice.choice([1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 12])
    kind = dice.choice(["strict", "strict", "tied", "missing"])
    better = [dice.uniform(0, 4) for _ in range(candidates)]
    ballots = []
    for _ in range(voters):
        taste = [value + dice.gauss(0, 2) for value in better]
        if kind == "strict":
            order = sorted(range(candidates), key=lambda c: taste[c])
            levels = sorted(dice.sample(range(11), candidates))
            scores = [levels[order.index(c)] for c in range(candidates)]
        else:
            scores = [min(10, max(0, round(value + 3))) for value in taste]
        letters = [f"{score:x}" for score in scores]
        if kind == "missing":
            hidden = dice.sample(range(candidates), dice.randint(0, max(0, candidates - 2)))
            for c in hidden:
                letters[c] = "-"
        weight = dice.randint(1, 4)
        ballots.append("".join(letters) + (f"*{weight}" if weight > 1 else ""))
    return candidates, ballots


def golden():
    dice = random.Random(SEED)
    print(f"# pref-voting {version('pref-voting')}, {ELECTIONS} elections, seed {SEED}")
    print("# candidates ballots", *RULES)
    for _ in range(ELECTIONS):
        candidates, ballots = election(dice)
        found = winners(candidates, [read(ballot) for ballot in ballots])
        print(candidates, ",".join(ballots), written(found))


def recount(path):
    counted = dict.fromkeys(RULES, 0)
    elections = ballots_in_all = differ = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            candidates, ballots, *ours = line.split()
            ballots = [read(ballot) for ballot in ballots.split(",")]
            theirs = written(winners(int(candidates), ballots)).split()
            elections += 1
            ballots_in_all += len(ballots)
            for rule, mine, other in zip(RULES, ours, theirs):
                if "." in (mine, other):
                    continue
                counted[rule] += 1
                if mine != other:
                    differ += 1
                    print(f"differs under {rule}: {mine}, pref-voting {other}: {line.strip()}")
    print(f"pref-voting {version('pref-voting')}: {elections} elections, {ballots_in_all} ballots")
    print("compared:", ", ".join(f"{rule} {number}" for rule, number in counted.items()))
    print(f"{differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["golden"]:
            golden()
        case ["recount", path]:
            sys.exit(recount(path))
        case _:
            sys.exit(__doc__)
