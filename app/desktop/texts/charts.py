"""Words of charts and result tables."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "charts.copy": ("复制", "Copy"),
    "charts.copy_hint": ("复制为图片", "Copy as a picture"),
    "charts.export": ("导出", "Export"),
    "charts.no_hours": (
        "此结果没有逐时数据: 重新运行全链即可生成",
        "This result has no hours: run the chain again to make them",
    ),
    "charts.dispatch": ("逐时出力", "Hourly dispatch"),
    "charts.duration": ("持续曲线", "Duration curve"),
    "charts.heat": ("月 × 时", "Month × hour"),
    "charts.nation": ("全国", "China"),
    "charts.hour": ("时刻 (UTC+8)", "hour (UTC+8)"),
    "charts.load": ("负荷", "load"),
    "charts.sent_out": ("送出", "sent out"),
    "charts.received": ("净受入", "net import"),
    "charts.sent": ("净外送", "net export"),
    "charts.charge": ("储能充电", "charging"),
    "charts.curtailed": ("弃风弃光", "curtailed"),
    "charts.unserved": ("缺供", "unserved"),
    "charts.span.year": ("年", "Year"),
    "charts.span.month": ("月", "Month"),
    "charts.span.week": ("周", "Week"),
    "charts.span.day": ("日", "Day"),
    "charts.span_hint.year": ("全年 (日均)", "The year, as daily means"),
    "charts.span_hint.month": ("所选时刻前后一个月", "The month around the marked hour"),
    "charts.span_hint.week": ("所选时刻前后一周", "The week around the marked hour"),
    "charts.span_hint.day": ("所选时刻的一天", "The day of the marked hour"),
}
