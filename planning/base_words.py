"""Chinese and English of what one chooses from in the form of a base."""

from __future__ import annotations

BASE_CHOICES: dict[str, tuple[str, str]] = {
    "cost": ("成本最小", "least cost"),
    "npv": ("净现值最大", "greatest net present value"),
    "flat": ("全年恒定", "flat"),
    "two_step": ("峰谷两段", "two steps a day"),
    "seasonal": ("峰谷两段, 分季", "two steps a day, by season"),
    "band": ("带宽", "band around a profile"),
    "free": ("不定曲线", "free within the channel"),
    "always_on": ("全年开机", "on all year"),
    "relaxed": ("可部分开停", "starts and stops, relaxed"),
    "integer": ("整台开停", "whole units"),
    "coal": ("煤电", "coal"),
    "gas": ("气电", "gas"),
}
