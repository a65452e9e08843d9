"""Fills the shop with goods of its own, through the shop software's own models, and says what its database holds.

Run by shop.py with the shop's own interpreter: `python load.py load` or `python load.py truth` (JSON on stdout).
"""

from __future__ import annotations

import io
import json
import os
import sys
from decimal import Decimal
from pathlib import Path

import django
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image, ImageDraw

# Leaf category, goods, and what sellers of such goods write. Kept small and plain: the shop software is what is real.
GOODS = {
    "茶叶 > 绿茶": ("龙井", "碧螺春", "毛尖", "安吉白茶", "太平猴魁"),
    "茶叶 > 红茶": ("滇红", "祁门红茶", "正山小种", "金骏眉", "英德红茶"),
    "茶叶 > 普洱": ("生普饼茶", "熟普沱茶", "陈皮普洱", "小青柑", "普洱散茶"),
    "山货 > 菌菇": ("羊肚菌", "香菇", "黑木耳", "猴头菇", "竹荪"),
    "山货 > 坚果": ("临安山核桃", "香榧", "野生榛子", "板栗仁", "松子"),
    "山货 > 蜂蜜": ("椴树蜜", "百花蜜", "枇杷蜜", "荆条蜜", "野桂花蜜"),
    "家居 > 陶瓷": ("青瓷茶杯", "手绘盖碗", "粗陶花瓶", "建盏", "白瓷汤碗"),
    "家居 > 竹编": ("竹编果篮", "竹制茶盘", "竹席", "竹编灯罩", "楠竹砧板"),
}
KINDS = ("家庭装", "礼盒装", "试用装")
WEIGHTS = ("100g", "250g", "500g")
SENTENCES = (
    "产自海拔八百米的山地，手工采摘，当天加工。",
    "独立小袋包装，开袋即用，建议避光密封保存。",
    "由合作社直供，批次可查，破损包赔。",
    "老师傅手工制作，每一件略有不同，介意慎拍。",
)
# Which goods carry words a supervisor looks for: number of the product (from 1) to the sentence.
PLANTED = {
    4: "国家级非遗工艺，全国销量第一，最顶级的口感。",
    27: "长期饮用可治疗高血压、糖尿病，临床有效率 98%。",
    52: "特供人民大会堂，国家机关专用。",
    76: "抗癌防癌，预防肿瘤，三天见效。",
    101: "全网最低价，世界第一的品质。",
}
REVIEWS = {4: "喝过的最好的茶，没有之一！", 9: "快递很快，味道一般。", 27: "妈妈说喝了血压真的降了。"}


def main() -> None:
    """Do what the command line says."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    django.setup()
    if sys.argv[1] == "load":
        load()
    json.dump(truth(), sys.stdout, ensure_ascii=False)


def load() -> None:
    """Tables, categories, goods, prices, images, reviews."""
    from django.contrib.sites.models import Site
    from oscar.apps.catalogue.categories import create_from_breadcrumbs
    from oscar.apps.catalogue.models import Product, ProductCategory, ProductClass, ProductImage
    from oscar.apps.partner.models import Partner, StockRecord

    call_command("migrate", verbosity=0, interactive=False)
    Site.objects.update(domain="127.0.0.1", name="云岭山货铺")
    kind = ProductClass.objects.create(name="实物商品", requires_shipping=True, track_stock=True)
    partner = Partner.objects.create(name="杭州云岭山货贸易有限公司", code="yunling")
    number = 0
    for breadcrumbs, names in GOODS.items():
        category = create_from_breadcrumbs(breadcrumbs)
        for name in names:
            for packing, weight in zip(KINDS, WEIGHTS, strict=True):
                number += 1
                product = Product.objects.create(
                    product_class=kind,
                    title=f"云岭 {name} {packing} {weight}",
                    slug=f"goods-{number:03d}",
                    upc=f"YL{number:05d}",
                    description=_description(number, name),
                )
                ProductCategory.objects.create(product=product, category=category)
                StockRecord.objects.create(
                    product=product,
                    partner=partner,
                    partner_sku=f"YL{number:05d}",
                    price_currency="CNY",
                    price=_price(number),
                    num_in_stock=0 if number % 17 == 0 else 20 + number,
                )
                ProductImage.objects.create(
                    product=product, original=ContentFile(_image(number), name=f"goods-{number:03d}.png"), caption=name
                )
    _review()
    call_command("rebuild_index", interactive=False, verbosity=0)


def truth() -> dict[str, object]:
    """What the shop's own database says: the listings with their titles, prices in fen and addresses."""
    from oscar.apps.catalogue.models import Product

    listings = []
    for product in Product.objects.browsable().order_by("pk"):
        stock = product.stockrecords.get()
        listings.append(
            {
                "title": product.title,
                "price_fen": int(stock.price * 100),
                "path": product.get_absolute_url(),
                "planted": PLANTED.get(product.pk, ""),
            }
        )
    return {
        "shop": "云岭山货铺",
        "seller": "杭州云岭山货贸易有限公司",
        "licence_no": "91330106MA2KQ7H32N",
        "icp_no": "浙ICP备2026001234号-1",
        "listings": listings,
    }


def _description(number: int, name: str) -> str:
    told = [
        f"<p>{name}，{SENTENCES[number % len(SENTENCES)]}</p>",
        f"<p>{SENTENCES[(number + 1) % len(SENTENCES)]}</p>",
    ]
    if number in PLANTED:
        told.append(f"<p>{PLANTED[number]}</p>")
    return "".join(told)


def _price(number: int) -> Decimal:
    """From 9.90 to above ten thousand, with fen, so that thousands separators and decimals are both met."""
    if number % 40 == 0:
        return Decimal(12800 + number)
    return Decimal(990 + (number * 7919) % 58_000) / 100


def _image(number: int) -> bytes:
    picture = Image.new(
        "RGB", (320, 320), ((number * 37) % 200 + 40, (number * 91) % 200 + 40, (number * 53) % 200 + 40)
    )
    ImageDraw.Draw(picture).ellipse((60, 60, 260, 260), outline="white", width=6)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def _review() -> None:
    from oscar.apps.catalogue.models import Product
    from oscar.apps.catalogue.reviews.models import ProductReview

    for number, text in REVIEWS.items():
        product = Product.objects.get(upc=f"YL{number:05d}")
        ProductReview.objects.create(
            product=product, score=5, title=text[:10], body=text, name="李晓明", email="buyer@example.cn", status=1
        )


if __name__ == "__main__":
    main()
