"""Chinese names of rivers and lakes whose sources carry none (build time only)."""

from __future__ import annotations

RIVER_NAMES_ZH = {
    "Chang Jiang (Yangtze)": "长江", "Yangtze": "长江", "Jinsha (Yangtze)": "金沙江", "Tongtian": "通天河",
    "Tuotuo": "沱沱河", "Huang (Yellow)": "黄河", "Lancang (Mekong)": "澜沧江",
    "Mekong": "湄公河", "Nu (Salween)": "怒江", "Nu": "怒江", "Salween": "萨尔温江",
    "Yarlung (Brahmaputra)": "雅鲁藏布江", "Maquan (Damqogkanbab)": "马泉河", "Yalong": "雅砻江",
    "Dadu": "大渡河", "Tuo": "沱江", "Jialing": "嘉陵江", "Wu": "乌江", "Han": "汉江",
    "Xiang": "湘江", "Zi": "资水", "Gan": "赣江", "Hong (Red)": "红河", "Nanpan": "南盘江",
    "Hongshui": "红水河", "Yu": "郁江", "You": "右江", "Zuo": "左江", "Xi": "西江", "Xun": "浔江",
    "Dong": "东江", "Bei": "北江", "Huai": "淮河", "Wei": "渭河", "Fen": "汾河", "Wuding": "无定河",
    "Jing": "泾河", "Liao": "辽河", "Xiliao": "西辽河", "Xar Moron": "西拉木伦河", "Daling": "大凌河",
    "Songhua (Sungari)": "松花江", "Di'er Songhua": "第二松花江", "Nen": "嫩江", "Tao'er": "洮儿河",
    "Heilong Jiang (Amur)": "黑龙江", "Amur": "黑龙江", "Argun (Ergun)": "额尔古纳河", "Hailar": "海拉尔河",
    "Herlen (Kerulen)": "克鲁伦河", "Ussuri (Wusuli)": "乌苏里江", "Tumen": "图们江", "Yalu": "鸭绿江",
    "Muling": "穆棱河", "Tarim": "塔里木河", "Yarkant": "叶尔羌河", "Aksu": "阿克苏河", "Toxkan": "托什干河",
    "Yurungkax": "玉龙喀什河", "Qarqan": "车尔臣河", "Konqi": "孔雀河", "Ile": "伊犁河", "Kunes": "巩乃斯河",
    "Ertix (Irtysh)": "额尔齐斯河", "Luan": "滦河", "Hai": "海河", "Yongding": "永定河", "Sanggan": "桑干河",
    "Zhang": "漳河", "Fuchun": "富春江", "Ou": "瓯江", "Jiulong": "九龙江", "Ying": "颍河",
    "Shiquan": "狮泉河", "Dihang": "底杭河",
}  # fmt: skip
"""By the English name in the layer; a name shared by several rivers is left out unless all are the same."""

LAKE_NAMES = (
    ("青海湖", "Qinghai Lake", 100.2, 36.9),
    ("太湖", "Tai Lake", 120.15, 31.2),
    ("呼伦湖", "Hulun Lake", 117.4, 48.95),
    ("洪泽湖", "Hongze Lake", 118.6, 33.3),
    ("纳木错", "Nam Co", 90.6, 30.7),
    ("色林错", "Siling Co", 88.95, 31.8),
    ("兴凯湖", "Khanka Lake", 132.4, 45.0),
    ("博斯腾湖", "Bosten Lake", 87.0, 41.95),
    ("鄱阳湖", "Poyang Lake", 116.35, 29.2),
    ("洞庭湖", "Dongting Lake", 112.9, 29.35),
    ("高邮湖", "Gaoyou Lake", 119.25, 32.85),
    ("巢湖", "Chao Lake", 117.55, 31.55),
    ("乌伦古湖", "Ulungur Lake", 87.3, 47.25),
    ("羊卓雍错", "Yamdrok", 90.65, 28.95),
    ("扎日南木错", "Zhari Namco", 85.6, 30.92),
    ("当惹雍错", "Tangra Yumco", 86.6, 31.05),
    ("哈拉湖", "Hala Lake", 97.6, 38.3),
    ("鄂陵湖", "Ngoring Lake", 97.7, 34.9),
    ("阿牙克库木湖", "Ayakkum Lake", 89.45, 37.53),
    ("赛里木湖", "Sayram Lake", 81.17, 44.6),
    ("贝尔湖", "Buir Lake", 117.7, 47.8),
    ("千岛湖", "Qiandao Lake", 118.95, 29.58),
    ("滇池", "Dian Lake", 102.7, 24.85),
    ("塔若错", "Taro Co", 84.1, 31.13),
    ("贝加尔湖", "Lake Baikal", 107.8, 53.3),
    ("巴尔喀什湖", "Lake Balkhash", 74.3, 46.0),
    ("伊塞克湖", "Issyk-Kul", 77.3, 42.42),
)
"""(name_zh, name_en, lon, lat of a point in the lake)"""

_TRADITIONAL = frozenset(
    "東廣縣區陽蘭門蘇貴雲濱瀋遼龍鳳寧臺灣衛漢滬開鎮慶師樂蕪銅綏營錦義膠萊濰煙無錫紹興溫麗贛連滁陝齊齋滿陸豐鄉藍長張馬島劍簡資樓應鐵鶴鷄雞齡圖們葉爾克羅廈晉懷蕭來賓欽許鄭濟宮團圳從會進莊崗維蓋華業萬寶線輯賀榮當處壽懸廟順單陰嶺現譚經銀電關鞏貞學歸點"
)


def is_simplified(name: str) -> bool:
    """Whether a Chinese name has none of the traditional characters common in place names."""
    return not any(character in _TRADITIONAL for character in name)
