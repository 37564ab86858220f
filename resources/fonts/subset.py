"""Cuts NotoSansSC-Regular.ttf and -SemiBold.ttf down to what Clinic shows: `python resources/fonts/subset.py FOLDER`.

FOLDER is the unpacked npm package @expo-google-fonts/noto-sans-sc, whose fonts are under the SIL Open Font License.
Kept are the first level of GB 2312 (3755 characters, which most names are written with), the surnames and the
characters of the Chinese catalogue beyond it, and Latin letters, so that a line in both scripts has one type.
Run it again when the Chinese words have changed; needs fonttools.
"""

import sys
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).parent
WEIGHTS = {"400Regular/NotoSansSC_400Regular.ttf": "Regular", "600SemiBold/NotoSansSC_600SemiBold.ttf": "SemiBold"}
# Frequent in names, and in the second level of GB 2312 or outside of it
NAMES = (
    "闫晁邸邱郜郗郐郇郓逄逯隗晏亓仉佟佘俞倪冼冉冯凃匡卞厉喆嘉囡埜塬奚妍妤妮姒姝姣姬娄娉娟娅婕婧婷媛嫣孛孜"
    "宓寰岑岱峤峥崴嵇嵩嵘帆彤怡恺悦惠慕戢扈旻昀昊昕昱晖晗晟晔暄暨曦杞柒栾桓梓楠榕檀汐沁沈泓泠泷洛洺淇淼渊"
    "湉湛滢漪澍澹濮瀚灏炅炜烨焱煊熠燊燚犇玖玙玥珂珈珏珑珞珣珩琅琇琏琚琛琢琦琨琪琬琰琳琼瑀瑄瑗瑛瑜瑞瑶璇璐"
    "璞璟瓴甄甯皓盂睿瞿碧祎禤禧竺笪筱筠綦缪翀翊翟翱聂芃芊芙芮芷苑苒茗茜荀荃荔莘莉莎莜莹菁菡萱葳蒯蒽蓁蓉蔺"
    "蕊蕙薇蘅虔虞蜀衢裘裴觅谌谧赟轩迦迩逸郅郦郭鄢酆钊钟钰钲铄铭锟锦镕闻阚阮隋霁靳韦韬韵颉颖颛颢飒馥馨骁骐"
    "骞骥鲍鸢鹏鹤麒麟麾黛鼐龚"
)


def characters() -> str:
    """Return what is to be kept."""
    level_1 = "".join(
        bytes((row, cell)).decode("gb2312", errors="ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
    )
    marks = "".join(bytes((0xA1, cell)).decode("gb2312") for cell in range(0xA1, 0xFF))
    latin = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) + "–—‘’“”…−×±·•→≤≥‰№，。；：？！（）《》、￥"
    catalogue = (HERE.parent / "i18n" / "zh_CN" / "LC_MESSAGES" / "clinic.po").read_text(encoding="utf-8")
    return "".join(sorted({*level_1, *marks, *latin, *NAMES, *catalogue} - {"\n"}))


def main(folder: Path) -> None:
    """Write both weights beside this file."""
    for file, weight in WEIGHTS.items():
        options = subset.Options(layout_features=["kern", "tnum"], hinting=False, notdef_outline=True, name_IDs=["*"])
        font = subset.load_font(str(folder / file), options)
        cut = subset.Subsetter(options)
        cut.populate(text=characters())
        cut.subset(font)
        subset.save_font(font, str(HERE / f"NotoSansSC-{weight}.ttf"), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
