"""Invented people and titles."""

from samples.seeds import Draw

FIRST = (
    "Ada", "Bruno", "Chloé", "Daniël", "Elif", "Fatou", "Göran", "Hana", "Inês", "Jonas", "Kéa", "Luca", "Maëlle",
    "Noor", "Oskar", "Pilar", "Quentin", "Renée", "Søren", "Tomás", "Ülkü", "Vera", "Wanda", "Xenia", "Yann", "Zoë",
)  # fmt: skip
LAST = (
    "Almeida", "Bergström", "Cissé", "Dvořák", "Eklund", "Fontaine", "Güneş", "Hoàng", "Ibarra", "Jansen", "Kowal",
    "Lindqvist", "Müller", "Nakata", "Okafor", "Peña", "Quist", "Rossi", "Strauß", "Tanaka", "Ueda", "Vogel", "Wójcik",
    "Xu", "Yılmaz", "Zhou",
)  # fmt: skip
SUBJECTS = ("Anatomy", "Optics", "Pharmacology", "Contact Lenses", "Pédiatrie", "Low Vision", "Ethics", "Statistics")
DOMAINS = ("Cardiology", "Neurology", "Pédiatrie", "Ophthalmology", "Dermatology", "Public Health")
VERBS = ("Explain", "Compare", "Name", "Order", "Rule out")
THEMES = ("glare", "tear film", "dosage", "accommodation", "consent", "sampling bias", "binocular vision", "cornea")


def person(draw: Draw) -> tuple[str, str]:
    """A first and a last name."""
    return draw.pick(FIRST), draw.pick(LAST)


def stem(draw: Draw) -> str:
    """A question's text."""
    return f"{draw.pick(VERBS)} the role of {draw.pick(THEMES)} in {draw.pick(SUBJECTS).lower()}."
