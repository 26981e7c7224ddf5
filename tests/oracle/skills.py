"""What PR-5, PR-6 and RT-6 say of skills: whose they are, what a need asks for, whom a stage admits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentprov.model.departments import Department
from agentprov.model.groups import Profile
from agentprov.model.ids import SkillId, UserId
from agentprov.model.needs import AllOf, AnyOf, CallSkills, HasSkill, Need, Not, Stage
from agentprov.model.users import User
from tests.oracle.world import World

Levels = Mapping[SkillId, int | None]


def is_theirs(world: World, user: User, profile: Profile) -> bool:
    """PR-5: a personal one, or one of the user's group or of a group that it is nested in, unless unticked."""
    if profile.user is not None:
        return profile.user == user.id
    if profile.id in user.unticked_profiles:
        return False
    group = user.user_group
    while group is not None and group != profile.user_group:
        group = world.tenant.user_groups[group].parent
    return group is not None


def skills_of(world: World, user: User) -> Levels:
    """PR-6: those of the profile they work under, if it is one of theirs; else their own."""
    under = world.live.profiles.get(user.id)
    profile = None if under is None else world.tenant.profiles.get(under)
    return user.skills if profile is None or not is_theirs(world, user, profile) else profile.skills


def has(skills: Levels, skill: SkillId, low: int | None, high: int | None) -> bool:
    """A missing skill is not level zero; one without a level fulfils only a need without one."""
    if skill not in skills:
        return False
    level = skills[skill]
    if low is None and high is None:
        return True
    return level is not None and (low is None or low <= level) and (high is None or level <= high)


def fulfils(skills: Levels, need: Need) -> bool:
    """Whether a condition holds."""
    match need:
        case HasSkill(skill=skill, low=low, high=high):
            return has(skills, skill, low, high)
        case AllOf(needs=needs):
            return all(fulfils(skills, each) for each in needs)
        case AnyOf(needs=needs):
            return any(fulfils(skills, each) for each in needs)
        case Not(need=inner):
            return not fulfils(skills, inner)


def asked_by_the_call(world: World, stage: Stage) -> dict[SkillId, int | None]:
    """The skills of the call that a stage asks for, each with its least level."""
    if stage.call_skills is CallSkills.IGNORED:
        return {}
    levels = stage.call_skills is CallSkills.WITH_LEVELS
    return {skill: level if levels else None for skill, level in world.skills.items() if skill not in stage.without}


def stages_of(department: Department) -> tuple[Stage, ...]:
    """A department without stages has one for each tier, which begin when nobody is left before them."""
    if department.stages:
        return department.stages
    tiers = sorted({tier_of(department, member) for member in department.members})
    return tuple(Stage(tier=tier) for tier in tiers) or (Stage(),)


def tier_of(department: Department, member: UserId) -> int:
    """Who has none is in tier 0."""
    return department.tiers.get(member, 0)


def fits(world: World, department: Department, user: User, stage: Stage) -> bool:
    """Whether a stage itself admits a member: tier, needs, and the skills of the call."""
    skills = skills_of(world, user)
    return (
        (stage.tier is None or tier_of(department, user.id) <= stage.tier)
        and all(fulfils(skills, need) for need in stage.needs)
        and all(has(skills, skill, low, None) for skill, low in asked_by_the_call(world, stage).items())
    )


def named(need: Need) -> Iterator[SkillId]:
    """The skills that a condition asks for; what it excludes isn't asked for."""
    match need:
        case HasSkill(skill=skill):
            yield skill
        case AllOf(needs=needs) | AnyOf(needs=needs):
            for each in needs:
                yield from named(each)
        case Not():
            return


def worth(world: World, user: User, stage: Stage) -> int:
    """RT-6: the sum of their levels in the skills that are asked for; where none is, in all of theirs."""
    skills = skills_of(world, user)
    asked = {skill for need in stage.needs for skill in named(need)} | set(asked_by_the_call(world, stage))
    return sum(level or 0 for skill, level in skills.items() if not asked or skill in asked)
