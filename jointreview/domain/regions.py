"""Names of administrative regions as far as numbers met here need them (GB/T 2260)."""

from __future__ import annotations

_PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
    "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区",
    "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
    "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
_JIANGSU = {
    "3201": "南京市", "3202": "无锡市", "3203": "徐州市", "3204": "常州市", "3205": "苏州市", "3206": "南通市",
    "3207": "连云港市", "3208": "淮安市", "3209": "盐城市", "3210": "扬州市", "3211": "镇江市", "3212": "泰州市",
    "3213": "宿迁市",
}  # fmt: skip
_NANTONG = {
    "320602": "崇川区", "320611": "港闸区", "320612": "通州区", "320613": "崇川区", "320614": "海门区",
    "320621": "海安县", "320623": "如东县", "320681": "启东市", "320682": "如皋市", "320684": "海门市",
    "320685": "海安市",
}  # fmt: skip


def has_province(code: str) -> bool:
    """Whether the first two digits of a region code name a province."""
    return code[:2] in _PROVINCES


def region_name(code: str) -> str:
    """The Chinese name of a six-digit region code, as exact as known here; empty when unknown.

    Counties are known within Nantong, cities within Jiangsu, elsewhere the province. Former names stay,
    for old numbers carry them.
    """
    if code in _NANTONG:
        return f"江苏省南通市{_NANTONG[code]}"
    if code[:4] in _JIANGSU:
        return f"江苏省{_JIANGSU[code[:4]]}"
    return _PROVINCES.get(code[:2], "")
