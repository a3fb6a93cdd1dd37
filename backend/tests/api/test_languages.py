"""An interface's own texts, per language."""

from __future__ import annotations

from tests.conftest import Portal

LOCAL = """
title: {en: Clients of ours, fr: Nos clients}
group: {en: Shop, fr: Boutique}
description: {fr: Tous nos clients.}
source: shop
sql: SELECT id, name FROM customer WHERE {criteria} ORDER BY id
criteria:
  name:
    type: text
    column: name
    label: {en: Name, fr: Nom}
    help: {en: Any part of it, fr: Une partie suffit}
columns:
  name: {label: {en: Name, fr: Nom}}
"""


def test_texts_are_in_the_language_that_the_client_likes_best(portal: Portal) -> None:
    portal.write("local.yaml", LOCAL)
    client = portal.client()
    french = {"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}
    form = client.get("/api/v1/interfaces/local", headers=french)
    assert (form.json["title"], form.json["group"], form.json["description"]) == (
        "Nos clients",
        "Boutique",
        "Tous nos clients.",
    )
    assert (form.json["criteria"][0]["label"], form.json["criteria"][0]["help"]) == ("Nom", "Une partie suffit")
    assert "Accept-Language" in form.headers["Vary"]
    csv = client.post("/api/v1/interfaces/local/csv", {"criteria": {"name": "Acme"}}, headers=french)
    assert csv.get_data(as_text=True) == "Id,Nom\n1,Acme Labs\n"


def test_a_language_that_is_not_given_falls_back_on_the_first(portal: Portal) -> None:
    portal.write("local.yaml", LOCAL)
    spanish = portal.client().get("/api/v1/interfaces/local", headers={"Accept-Language": "es"}).json
    assert (spanish["title"], spanish["description"]) == ("Clients of ours", "Tous nos clients.")


def test_an_unknown_language_is_told_to_the_author(portal: Portal) -> None:
    portal.write("local.yaml", "title: {de: Kunden}\nsource: shop\nsql: SELECT 1 AS one")
    listed = portal.client().get("/api/v1/interfaces").json
    assert "en, fr, es" in next(one["problem"] for one in listed if one["id"] == "local")
