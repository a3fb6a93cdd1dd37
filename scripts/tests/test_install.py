"""What is installed beside the base, by what the settings name."""

from __future__ import annotations

import pytest

import install


@pytest.mark.parametrize(
    ("settings", "drivers"),
    [
        ("", []),
        ("SOURCE_CRM_URL=postgresql://db/crm\nSOURCE_SHOP_URL=sqlite:///shop.db\n", []),
        ("SOURCE_LAKE_URL=duckdb:///srv/lake\n", ["duckdb"]),
        ("export SOURCE_A_URL='duckdb:///lake'\nSOURCE_B_URL = mysql://a/b", ["duckdb", "pymysql"]),
        ("SOURCE_CLUSTER_URL=spark://host:15002\n", ["grpcio", "protobuf", "pyarrow"]),
        ("# SOURCE_LAKE_URL=duckdb:///srv/lake\nPORTAL_DIR=duckdb:\n", []),
    ],
)
def test_the_settings_say_which_drivers_are_needed(settings: str, drivers: list[str]) -> None:
    assert install.find_drivers(settings) == drivers


@pytest.mark.parametrize("driver", sorted({driver for drivers in install.DRIVERS.values() for driver in drivers}))
def test_every_driver_is_pinned_with_its_hashes(driver: str) -> None:
    pin = install.find_pin(driver)

    assert pin.startswith(f"{driver}==")
    assert "--hash=sha256:" in pin
    assert not pin.rstrip().endswith("\\")
