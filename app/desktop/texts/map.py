"""Words of the map: flows, furniture, labels, export, views."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "map.flow.kind": ("通道类型", "Kind of corridor"),
    "map.flow.loading": ("通道负载率", "Corridor loading"),
    "map.flow.green": ("绿电占比", "Green share of the flow"),
    "map.flow.width": ("线宽: 送电功率", "Width: power sent"),
    "map.flow.dc": ("直流 {power}", "DC {power}"),
    "map.flow.ac": ("交流 {power}", "AC {power}"),
    "map.flow.hour": ("逐小时潮流", "Flows by hour"),
    "map.more_legends": ("另有 {count} 个图例", "{count} more legends"),
    "map.reconstructed": ("参考级（重建）", "reference (reconstructed)"),
    "map.sources": ("来源: {sources}", "Sources: {sources}"),
    "map.inset": ("南海诸岛", "South China Sea Islands"),
    "map.review": ("审图号: {number}", "Map review no.: {number}"),
    "map.projection": ("投影", "Projection"),
    "map.projection.albers": ("阿尔伯斯等积圆锥", "Albers equal-area conic"),
    "map.projection.mercator": ("网络墨卡托", "Web Mercator"),
    "map.projection.plate_carree": ("等距圆柱", "Plate carrée"),
    "map.back": ("后退", "Back"),
    "map.forward": ("前进", "Forward"),
    "map.bookmarks": ("书签", "Bookmarks"),
    "map.bookmark_add": ("添加书签…", "Add bookmark…"),
    "map.bookmark_name": ("书签名称", "Name of the bookmark"),
    "map.swipe": ("卷帘对比", "Compare with a swipe"),
    "map.swipe.left": ("左侧图层", "Left of the divider"),
    "map.swipe.right": ("右侧图层", "Right of the divider"),
    "map.export": ("导出地图", "Export map"),
    "map.export.width": ("宽 (像素)", "Width (px)"),
    "map.export.height": ("高 (像素)", "Height (px)"),
    "map.export.dpi": ("分辨率 (dpi)", "Resolution (dpi)"),
    "map.export.title": ("标题", "Title"),
    "map.export.file": (
        "地图 (*.png *.pdf *.svg)",
        "Maps (*.png *.pdf *.svg)",
    ),
}
