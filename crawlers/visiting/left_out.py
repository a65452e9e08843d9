"""What a run passed over by design, in words: spaces without end, links beyond a page's or a way's limit.

Kept with the run as it grows: what an earlier part of a run left out is nowhere in its frontier, and a run that was
killed and taken up must not look complete for it.
"""

from __future__ import annotations

from crawlers.general.reader import MAX_LINKS
from crawlers.visiting.rows import MAX_DEPTH
from crawlers.visiting.visit import Visit

__all__ = ["keep_left_out", "left_out"]


def left_out(visit: Visit) -> tuple[str, ...]:
    """All of it, of earlier parts of the run too; counts are of each part."""
    said = [*visit.run.left_out, *visit.spaces.said()]
    if visit.pages_cut:
        said.append(f"{visit.pages_cut} 个页面的链接超过 {MAX_LINKS} 个，只列入了前 {MAX_LINKS} 个")
    if visit.too_deep:
        said.append(f"{visit.too_deep} 个页面离入口超过 {MAX_DEPTH} 步，其链接未列入")
    if visit.detail_images_left_out:
        most = visit.options.detail_images[1]
        said.append(f"商品图片超过一次采集 {most} 张的上限，其余未取，其上文字未研判")
    return tuple(dict.fromkeys(said))


def keep_left_out(visit: Visit) -> None:
    """Write it as soon as there is something new to say, before the page it was found on is done."""
    marks = (visit.spaces.left_shapes, bool(visit.pages_cut), bool(visit.too_deep), bool(visit.detail_images_left_out))
    if marks != visit.left_out_kept:
        visit.left_out_kept = marks
        visit.keep_hosts()
