"""How many server processes suit a machine, by what its control group says."""

from __future__ import annotations

from pathlib import Path

import pytest

from guichet import resources

V1_MEMORY = "memory/memory.limit_in_bytes"
V1_QUOTA, V1_PERIOD = "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"


@pytest.fixture(autouse=True)
def a_machine_of_sixteen_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources.os, "sched_getaffinity", lambda _: set(range(16)), raising=False)


def group(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{text}\n")
    return folder


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, 16),
        ({"cpu.max": "max 100000"}, 16),
        ({"cpu.max": "400000 100000"}, 4),
        ({"cpu.max": "150000 100000"}, 1),
        ({"cpu.max": "50000 100000"}, 1),
        ({"cpu.max": "9900000 100000"}, 16),
        ({V1_QUOTA: "-1", V1_PERIOD: "100000"}, 16),
        ({V1_QUOTA: "300000", V1_PERIOD: "100000"}, 3),
    ],
)
def test_it_counts_the_cores_that_a_container_may_use(tmp_path: Path, files: dict[str, str], cores: int) -> None:
    assert resources.count_cores(group(tmp_path, files)) == cores


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({}, None),
        ({"memory.max": "max"}, None),
        ({"memory.max": "268435456"}, 268435456),
        ({V1_MEMORY: "9223372036854771712"}, None),
        ({V1_MEMORY: "268435456"}, 268435456),
    ],
)
def test_it_knows_the_memory_of_a_container(tmp_path: Path, files: dict[str, str], limit: int | None) -> None:
    assert resources.read_memory_limit(group(tmp_path, files)) == limit


@pytest.mark.parametrize(
    ("files", "processes"),
    [
        ({}, 8),
        ({"cpu.max": "400000 100000"}, 4),
        ({"cpu.max": "100000 100000"}, 2),
        ({"memory.max": "268435456"}, 2),
        ({"memory.max": "536870912"}, 5),
        ({"memory.max": "67108864"}, 1),
        ({"cpu.max": "400000 100000", "memory.max": "1073741824"}, 4),
    ],
)
def test_it_takes_a_process_per_core_as_far_as_the_memory_reaches(
    tmp_path: Path, files: dict[str, str], processes: int
) -> None:
    assert resources.count_server_processes(group(tmp_path, files)) == processes
