"""Draw the shoreline scenes of the site as SVG files.

    python draw_scenes.py OUT_FOLDER

Every scene is made of two marks only: shapes with a faceted, knife-cut edge (`poly`, `facets`)
and tapered strokes left by a gouge (`lens`). A scene is a list of (ink name, path data) pairs,
painted from back to front, and is written twice: once in the inks of the day, once in those of
the night. Each scene has its own seed, so a drawing stays the same from run to run.
"""

import math
import random
import sys
from pathlib import Path

GRID = 2  # drawing units are halved, so that whole numbers are precise enough

INKS = {
    "day": dict(
        sun="#f0a384", halo="#f7d5c5", sunglit="#f3b79d", cloud="#f6ddd1",
        far="#d9d3d2", mid="#a8c0c0", land="#1b4d55", gouge="#3d7c80", lit="#7fb0ab",
        deep="#0f343c", bankline="#2a5e66", water="#c4dad7", wave="#8fb8b8", foam="#eff5f2",
        path="#eadfc9", roof="#0f343c", wall="#d8e0d6", lamp="#f6bd4a", glow="#f9dc9a",
        paper="#fbfaf7", paperline="#dfe6e2",
    ),
    "night": dict(
        sun="#e7e3d2", halo="#1f434e", sunglit="#c6d0c6", cloud="#1a3a45",
        far="#1d3f4a", mid="#1f4c57", land="#143741", gouge="#2a5d67", lit="#4a8a91",
        deep="#061116", bankline="#173a43", water="#173f49", wave="#2b626c", foam="#4c8991",
        path="#6f8580", roof="#061116", wall="#2b525a", lamp="#f9c967", glow="#8d7c40",
        paper="#0c1d24", paperline="#1d3a44",
    ),
}
# Plants would vanish against the night bank, so the moon lights them.
MOONLIT_PLANTS = dict(deep="#6aa3a5", gouge="#3f767e", mid="#2d5c66")


# --- marks -----------------------------------------------------------------------------------

def number(value):
    return str(round(value * GRID))


def pair(x, y):
    first, second = number(x), number(y)
    return first + ("" if second.startswith("-") else " ") + second


def lens(x0, y0, x1, y1, width, bend=0.0):
    """A tapered stroke from one point to another: the mark of a gouge."""
    dx, dy = x1 - x0, y1 - y0
    length = math.hypot(dx, dy) or 1
    nx, ny = -dy / length, dx / length
    width = max(width, 0.8)  # rounding must never erase a stroke
    mx, my = dx / 2 + nx * bend, dy / 2 + ny * bend
    return (
        f"M{pair(x0, y0)}q{pair(mx + nx * width, my + ny * width)} {pair(dx, dy)}"
        f"q{pair(mx - dx - nx * width, my - dy - ny * width)} {pair(-dx, -dy)}z"
    )


def poly(points):
    """A closed shape, written with relative moves to keep the file small."""
    def on_grid(value):
        return round(value * GRID) / GRID

    data = "M" + pair(*points[0])
    last_x, last_y = on_grid(points[0][0]), on_grid(points[0][1])
    for x, y in points[1:]:
        x, y = on_grid(x), on_grid(y)
        data += "l" + pair(x - last_x, y - last_y)
        last_x, last_y = x, y
    return data + "z"


def disc(x, y, radius):
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="%s"/>'


def smooth(start, end, x):
    t = max(0, min(1, (x - start) / (end - start)))
    return t * t * (3 - 2 * t)


class Noise:
    """Smooth one-dimensional noise from -1 to 1."""

    def __init__(self, seed):
        r = random.Random(seed)
        self.values = [r.uniform(-1, 1) for _ in range(512)]

    def __call__(self, x):
        i = math.floor(x)
        f = x - i
        f = f * f * (3 - 2 * f)
        return self.values[i % 512] * (1 - f) + self.values[(i + 1) % 512] * f


def facets(edge, x0, x1, r, shortest=12, longest=30, jitter=2.0):
    """Follow a curve in short straight cuts."""
    points, x = [], x0
    while x < x1:
        points.append((x, edge(x) + r.uniform(-jitter, jitter)))
        x += r.uniform(shortest, longest)
    return points + [(x1, edge(x1))]


# --- sky and water ---------------------------------------------------------------------------

def halo(r, x, y, radii, widths, gap, start=1.04, end=1.96, dash=(0.12, 0.24)):
    """Broken rings around the sun or moon; angles in half turns."""
    data = ""
    for radius, width in zip(radii, widths):
        a = math.pi * start
        while a < math.pi * end:
            da = r.uniform(*dash)
            data += lens(
                x + radius * math.cos(a), y + radius * math.sin(a),
                x + radius * math.cos(a + da), y + radius * math.sin(a + da),
                width, -radius * (1 - math.cos(da / 2)),
            )
            a += da + r.uniform(*gap)
    return data


def clouds(r, count, x_range, y_range, length, width=(2.5, 5)):
    data = ""
    for _ in range(count):
        x, y, span = r.uniform(*x_range), r.uniform(*y_range), r.uniform(*length)
        data += lens(x, y, x + span, y + r.uniform(-2, 2), r.uniform(*width), r.uniform(-3, 3))
    return data


def ripples(r, count, width, y0, y1, length, bias, on_land=lambda x, y: False):
    """Strokes on water, longer and thicker as they come near."""
    data = ""
    for _ in range(count):
        t = r.random() ** bias
        y = y0 + (y1 - y0) * t
        span = r.uniform(*length) * (0.35 + t * 1.1)
        x = r.uniform(-30, width)
        if on_land(x, y) or on_land(x + span, y):
            continue
        data += lens(x, y, x + span, y + r.uniform(-1, 1), 1 + t * 2.6, r.uniform(-1.5, 1.5))
    return data


# --- things on the land ----------------------------------------------------------------------

def pine(x, y, height, r):
    """A pine cut in a few notches: its silhouette, and the gouges that catch the light."""
    width = height * r.uniform(0.20, 0.26)
    levels = max(4, int(height / 11))
    left, right, lit = [], [], ""
    for i in range(levels):
        t = (i + 1) / levels
        half = width * t ** 0.9 * r.uniform(0.82, 1.1)
        level = y - height + height * 0.93 * t
        right += [(x + half, level + r.uniform(-1, 2)), (x + half * 0.45, level - height * 0.018)]
        left += [(x - half * r.uniform(0.85, 1.1), level + r.uniform(-1, 2)), (x - half * 0.45, level - height * 0.018)]
        if i:
            lit += lens(x - half * 0.2, level - height * 0.05, x - half * 0.74, level - height * 0.004, height * 0.012)
    trunk, foot = height * 0.018, y - height * 0.06
    base = [(x + trunk, foot), (x + trunk, y + 3), (x - trunk, y + 3), (x - trunk, foot)]
    return poly([(x, y - height)] + right + base + left[::-1]), lit


def pines(r, x, end, steps, height, ground, avoid):
    """A row of pines, leaving room around buildings."""
    trees = lit = ""
    while x < end:
        if not avoid(x):
            silhouette, gouges_lit = pine(x, ground(x), height(x), r)
            trees += silhouette
            lit += gouges_lit
        x += r.choice(steps)
    return trees, lit


def gouges(r, top, bottom, x0, x1, count, lit_share=0.25):
    """Contour strokes on a hillside: (in shade, in light)."""
    shade = light = ""
    for _ in range(count):
        x = r.uniform(x0, x1)
        if bottom(x) - top(x) < 14:
            continue
        t = r.random() * 0.84 + 0.1
        end = min(x1, x + r.uniform(16, 60) * (0.5 + 0.6 * t))

        def contour(q):
            return top(q) + (bottom(q) - top(q)) * t

        width = r.uniform(1, 2.1)
        stroke = lens(x, contour(x), end, contour(end), width, contour((x + end) / 2) - (contour(x) + contour(end)) / 2)
        if t < 0.4 and r.random() < lit_share:
            light += stroke
        else:
            shade += stroke
    return shade, light


def ribbon(points):
    """A path of varying width, from (x, y, half width) along its middle."""
    left = [(x - w, y) for x, y, w in points]
    right = [(x + w, y) for x, y, w in points]
    return poly(left + right[::-1])


def shape_at(x, y, scale):
    return lambda *points: poly([(x + a * scale, y + b * scale) for a, b in points])


def cottage(x, y, scale):
    at = shape_at(x, y, scale)
    return [
        ("wall", at((-24, 0), (-24, -24), (-9, -40), (6, -24), (6, 0)) + at((6, 0), (6, -24), (34, -24), (34, 0))),
        ("roof", at((-28, -22), (-9, -43), (24, -43), (39, -22), (8, -22), (-9, -39), (-25, -20))
         + at((17, -41), (17, -53), (24, -53), (24, -41))),
        ("lamp", at((-14, -10), (-14, -22), (-4, -22), (-4, -10)) + at((14, -9), (14, -18), (20, -18), (20, -9))
         + at((24, -9), (24, -18), (30, -18), (30, -9))),
    ]


def clinic(x, y, scale):
    at = shape_at(x, y, scale)
    windows = "".join(at((a, -7), (a, -17), (a + 7, -17), (a + 7, -7)) for a in (-51, -40, -29, 23, 34, 45))
    return [
        ("wall", at((-58, 0), (-58, -24), (58, -24), (58, 0)) + at((-16, 0), (-16, -28), (0, -42), (16, -28), (16, 0))),
        ("roof", at((-62, -22), (-50, -40), (-12, -40), (-20, -26), (-20, -22))
         + at((62, -22), (50, -40), (12, -40), (20, -26), (20, -22))
         + at((-21, -25), (0, -46), (21, -25), (16, -23), (0, -38), (-16, -23))),
        ("lamp", windows + at((-4.5, 0), (-4.5, -17), (0, -21), (4.5, -17), (4.5, 0))),
    ]


def hospital(x, y, scale):
    at = shape_at(x, y, scale)
    cross = at((-3, -52), (3, -52), (3, -46), (9, -46), (9, -40), (3, -40), (3, -34), (-3, -34), (-3, -40), (-9, -40), (-9, -46), (-3, -46))
    windows = "".join(at((a, -12), (a, -24), (a + 8, -24), (a + 8, -12)) for a in (-47, -34, 26, 39))
    return [
        ("wall", at((-54, 0), (-54, -38), (-18, -38), (-18, -58), (18, -58), (18, -38), (54, -38), (54, 0))),
        ("roof", at((-58, -36), (-58, -42), (-18, -42), (-18, -36)) + at((18, -36), (18, -42), (58, -42), (58, -36))
         + at((-22, -57), (-22, -63), (22, -63), (22, -57)) + cross),
        ("lamp", windows + at((-6, 0), (-6, -20), (6, -20), (6, 0))),
    ]


def boat(x, y):
    return poly([(x - 40, y - 8), (x - 30, y + 8), (x + 24, y + 8), (x + 40, y - 10), (x + 26, y - 5), (x - 24, y - 4)])


# --- plants ----------------------------------------------------------------------------------

def grass(x, y, height, r, lean, head):
    tip_x, tip_y = x + lean, y - height
    data = lens(x, y, tip_x, tip_y, max(1.1, height * 0.009), -lean * 0.22)
    if head == "oat":
        for i in range(r.randint(5, 8)):
            t = 0.72 + i * 0.04
            side = 1 if i % 2 else -1
            bx, by = x + lean * t * t, y - height * t
            data += lens(bx, by, bx + side * height * 0.05 + lean * 0.05, by - height * 0.055, height * 0.011)
    elif head == "umbel":
        for i in range(7):
            a = math.pi * (0.12 + 0.76 * i / 6)
            ex = tip_x - math.cos(a) * height * 0.10
            ey = tip_y - math.sin(a) * height * 0.085 + height * 0.03
            data += lens(tip_x, tip_y + height * 0.05, ex, ey, 0.8)
            data += lens(ex - height * 0.03, ey, ex + height * 0.03, ey + r.uniform(-1, 1), height * 0.018)
    return data


def fern(x, y, height, lean):
    data = lens(x, y, x + lean, y - height, height * 0.012, -lean * 0.2)
    for i in range(9):
        t = 0.2 + 0.78 * i / 9
        px, py = x + lean * t * t, y - height * t
        s = height * 0.26 * (1.05 - t)
        data += lens(px, py, px - s, py - s * 0.55, s * 0.16) + lens(px, py, px + s, py - s * 0.62, s * 0.16)
    return data


def poppy_pod(x, y, height, lean):
    tx, ty, u = x + lean, y - height, height * 0.062
    outline = ((0, 0.6), (-0.55, 0.3), (-0.95, -0.35), (-1, -1), (-0.62, -1.6), (0.62, -1.6), (1, -1), (0.95, -0.35), (0.55, 0.3))
    return (
        lens(x, y, tx, ty, height * 0.009, -lean * 0.2)
        + poly([(tx + u * a, ty + u * b) for a, b in outline])
        + lens(tx - u * 1.35, ty - u * 1.95, tx + u * 1.35, ty - u * 1.95, u * 0.34)
    )


def daisy(x, y, height, lean):
    """Stem and petals, which take different inks."""
    tx, ty, u = x + lean, y - height, height * 0.12
    petals = "".join(
        lens(tx, ty, tx + u * math.cos(a), ty + u * 0.8 * math.sin(a), u * 0.16)
        for a in (k * math.pi / 5.5 for k in range(11))
    )
    return lens(x, y, tx, ty, height * 0.008, -lean * 0.2), petals


def paper_bank(r, width, height, edge):
    """The near shore in the colour of the page, so that a scene ends without a box."""
    lines = []
    bank = poly(facets(edge, 0, width, r, 14, 34, 1.8) + [(width, height + 4), (0, height + 4)])
    for _ in range(int(width / 26)):
        x = r.uniform(0, width - 70)
        span, drop = r.uniform(20, 80), r.uniform(7, 24)
        lines.append(lens(x, edge(x) + drop, x + span, edge(x + span) + drop, 1.2))
    return [("paper", bank), ("paperline", "".join(lines))]


# --- scenes ----------------------------------------------------------------------------------

def harbor(night, tall=False):
    """Home on the hill, a path down to the jetty, and a lamp at its end."""
    if tall:
        width, height, horizon, sun = 780, 700, 430, (150, 414, 48)
        land, peak, home_x, jetty_x, shore = 330, 200, 610, 440, 690
        seed, cloud_count, ripple_count, plant_count, jetty_length, scale = 5, 14, 110, 26, 96, 1.2
    else:
        width, height, horizon, sun = 1600, 620, 400, (690, 386, 58)
        land, peak, home_x, jetty_x, shore = 850, 150, 1340, 1060, 640
        seed, cloud_count, ripple_count, plant_count, jetty_length, scale = 11, 24, 170, 44, 118, 1.35
    r, noise, scene = random.Random(seed), Noise(seed), []
    sun_x, sun_y, sun_r = sun

    def ridge_line(x):
        rise = smooth(land, width * 0.86, x) ** 0.9
        return horizon + 14 - (horizon - peak) * rise + 16 * noise(x / 120 + 3) * smooth(land + 40, land + 260, x)

    def waterline(x):
        return horizon + 12 + (shore - horizon) * (max(0, x - land) / (width - land)) ** 1.35 + 5 * noise(x / 60 + 20)

    def far(x):
        return horizon - 14 - 26 * (noise(x / 190) + 1) / 2 - 34 * smooth(width * 0.22, width * 0.02, x)

    def middle(x):
        return horizon - 6 - (62 + 30 * noise(x / 150 + 7)) * smooth(land - 190, land + 260, x)

    def bank(x):
        return height - 26 - 58 * smooth(width * 0.30, 0, x) - 74 * smooth(width * 0.58, width, x) + 9 * noise(x / 70 + 40)

    if night:
        stars = ""
        for _ in range(30 if tall else 46):
            x, y, s = r.uniform(10, width - 10), r.uniform(10, horizon * 0.72), r.uniform(1.5, 3.4)
            stars += lens(x - s, y, x + s, y, 0.7) + lens(x, y - s, x, y + s, 0.7)
        scene.append(("foam", stars))
        r.seed(seed)

    scene.append(("halo", halo(r, sun_x, sun_y, [sun_r * k for k in (1.5, 2.05, 2.65)], (2.6, 2, 1.4), (0.05, 0.16), 1.03, 1.97, (0.10, 0.22))))
    bands = ""
    for _ in range(cloud_count):
        t = r.random() ** 1.5
        x, y, span = r.uniform(-80, width * 0.92), horizon - 26 - t * horizon * 0.5, r.uniform(90, 330) * (1.1 - t * 0.6)
        bands += lens(x, y, x + span, y + r.uniform(-3, 3), r.uniform(3, 8) * (1.1 - 0.6 * t), r.uniform(-4, 4))
    scene += [("cloud", bands), ("sun", disc(*sun))]
    scene.append(("far", poly(facets(far, 0, width, r, 14, 34, 1.6) + [(width, horizon + 4), (0, horizon + 4)])))
    scene.append(("mid", poly(facets(middle, land - 190, width, r, 12, 26) + [(width, horizon + 10), (land - 190, horizon + 4)])))

    def on_land(x, y):
        return x > land and y < waterline(min(x, width)) + 6

    scene.append(("water", poly([(0, horizon), (width, horizon), (width, height - 20), (0, height - 20)])))
    scene.append(("wave", ripples(r, ripple_count, width, horizon + 8, height - 30, (16, 110), 0.8, on_land)))
    scene.append(("foam", ripples(r, ripple_count // 2, width, horizon + 14, height - 50, (16, 90), 0.8, on_land)))
    glitter = ""
    for i in range(34):
        t = i / 34
        spread = sun_r * (0.75 + t * 0.7)
        span, y = r.uniform(0.35, 1.0) * spread, horizon + 5 + height * 0.30 * t ** 1.25
        x = sun_x + r.uniform(-spread, spread) * 0.8 - span / 2
        glitter += lens(x, y, x + span, y, 1.2 + t * 2.4)
    scene.append(("sunglit", glitter))

    scene.append(("land", poly(facets(ridge_line, land, width, r, 12, 26, 2.2) + facets(waterline, land, width, r, 16, 34, 1.6)[::-1])))
    shade = light = ""
    for _ in range(int((width - land) * 0.46)):
        x = land + 20 + (width - land - 20) * r.random() ** 0.8
        t = r.random() ** 1.05 * 0.9 + 0.05
        if waterline(x) - ridge_line(x) < 16:
            continue
        end = min(width - 2, x + r.uniform(18, 70) * (0.5 + 0.7 * t))

        def contour(q):
            return ridge_line(q) + (waterline(q) - ridge_line(q)) * t

        stroke = lens(x, contour(x), end, contour(end), r.uniform(1, 2.3), contour((x + end) / 2) - (contour(x) + contour(end)) / 2)
        if t < 0.34 and r.random() < 0.34:
            light += stroke
        else:
            shade += stroke
    scene += [("gouge", shade), ("lit", light)]

    home_y = ridge_line(home_x) + (waterline(home_x) - ridge_line(home_x)) * 0.30
    jetty_y = waterline(jetty_x) - 2
    walk = []
    for i in range(31):
        t = i / 30
        sway = math.sin(t * math.pi * 2 + 0.5) * 46 * (1 - t * 0.35) * min(1, t * 5)
        walk.append((home_x + (jetty_x - home_x) * t + sway, home_y + (jetty_y - home_y) * t + sway * 0.02, 2.2 + 8.5 * t ** 1.3))
    scene.append(("path", ribbon(walk)))
    trees, lit = pines(
        r, land + (width - land) * 0.20, width - 8, (13, 17, 20, 24, 40, 74),
        lambda x: r.uniform(26, 66) * (0.55 + 0.75 * smooth(land, width, x)),
        lambda x: ridge_line(x) + r.uniform(4, 18), lambda x: abs(x - home_x) <= 40,
    )
    scene += [("deep", trees), ("gouge", lit)]
    scene += cottage(home_x, home_y, scale)

    post = jetty_x - jetty_length
    piles = "".join(
        poly([(x + 3, jetty_y + 4), (x + 7, jetty_y + 4), (x + 6.5, jetty_y + 22), (x + 3.5, jetty_y + 22)])
        for x in (post + k * jetty_length / 4 for k in range(4))
    )
    deck = poly([(jetty_x + 10, jetty_y - 3), (post, jetty_y + 3), (post, jetty_y + 8), (jetty_x + 12, jetty_y + 4)])
    lamp_post = poly([(post + 7, jetty_y + 4), (post + 8, jetty_y - 46), (post + 11, jetty_y - 46), (post + 12, jetty_y + 4)])
    cap = poly([(post + 2, jetty_y - 58), (post + 9.5, jetty_y - 67), (post + 17, jetty_y - 58)])
    scene.append(("deep", deck + piles + lamp_post + cap))
    glow = poly([(post + 4, jetty_y - 57), (post + 15, jetty_y - 57), (post + 13, jetty_y - 46), (post + 6, jetty_y - 46)])
    for i in range(15):
        t = i / 15
        y, span = jetty_y + 26 + t * height * 0.15, r.uniform(8, 26) * (1.1 - t * 0.4)
        glow += lens(post + 9 - span / 2 + r.uniform(-5, 5), y, post + 9 + span / 2 + r.uniform(-5, 5), y, 1.6)
    scene.append(("lamp", glow))
    if night:
        rays = ""
        for i in range(12):
            a, reach = i * math.pi / 6, 25 + 4 * (i % 2)
            rays += lens(post + 9.5 + math.cos(a) * 15, jetty_y - 52 + math.sin(a) * 15, post + 9.5 + math.cos(a) * reach, jetty_y - 52 + math.sin(a) * reach, 1.4)
        scene.append(("glow", rays))

    boat_x, boat_y = jetty_x - jetty_length * 1.9, jetty_y + 42
    scene.append(("deep", boat(boat_x, boat_y)))
    scene.append(("lit", lens(boat_x - 32, boat_y - 1, boat_x + 31, boat_y - 2, 1.3)))
    scene.append(("wave", lens(boat_x - 46, boat_y + 13, boat_x + 44, boat_y + 13, 2) + lens(boat_x - 30, boat_y + 20, boat_x + 28, boat_y + 20, 1.4)))

    near = poly(facets(bank, 0, width, r, 16, 36) + [(width, height), (0, height)])
    for _ in range(plant_count):
        x = width - abs(r.gauss(0, 1)) * width * 0.13 if r.random() < 0.6 else abs(r.gauss(0, 1)) * width * 0.07
        if 4 < x < width - 4:
            near += grass(x, bank(x) + 4, r.uniform(50, 135), r, r.uniform(-26, 24), r.choice(("oat", "blade", "blade", "oat", "umbel")))
    scene.append(("deep", near))
    scene.append(("bankline", gouges(r, bank, lambda x: height + 10, 0, width, int(width / 16))[0]))
    return width, height, scene


def crossing(night, tall=False):
    """The clinic on one shore, home on the other, and a boat with a lantern between."""
    width, height, horizon = (780, 400, 212) if tall else (1600, 400, 212)
    some = 0.5 if tall else 1
    clinic_x, home_x = (122, width - 92) if tall else (262, 1392)
    left_tip, right_tip = (330, 440) if tall else (545, 1096)
    r, noise, scene = random.Random(17), Noise(8), []
    sun_x, sun_y, sun_r = width / 2 + (18 if tall else 0), 176, 40 if tall else 44

    def left_top(x):
        return horizon + 40 - 128 * smooth(left_tip, 20 if tall else 120, x) ** 0.85 - 12 * noise(x / 90 + 2) * smooth(left_tip - 25, left_tip - 165, x)

    def left_foot(x):
        return horizon + 42 + 94 * smooth(left_tip, -120 if tall else 0, x)

    def right_top(x):
        return horizon + 40 - 110 * smooth(right_tip, width - (30 if tall else 120), x) ** 0.85 - 14 * noise(x / 90 + 50) * smooth(right_tip + 24, right_tip + 144, x)

    def right_foot(x):
        return horizon + 42 + 106 * smooth(right_tip, width + (120 if tall else 0), x)

    def far(x):
        return horizon - 14 - 22 * (noise(x / 170) + 1) / 2

    def bank(x):
        return height - 22 - 20 * smooth(width * 0.34, 0, x) - 26 * smooth(width * 0.6, width, x) + 8 * noise(x / 80 + 70)

    scene.append(("cloud", clouds(r, 8 if tall else 15, (-50, width), (40, horizon - 40), (60, 260 * (some + 0.2)))))
    scene.append(("halo", halo(r, sun_x, sun_y, (sun_r * 1.55, sun_r * 2.2), (2, 1.6), (0.06, 0.16))))
    scene.append(("sun", disc(sun_x, sun_y, sun_r)))
    scene.append(("far", poly(facets(far, 0, width, r, 14, 30, 1.4) + [(width, horizon + 3), (0, horizon + 3)])))
    scene.append(("water", poly([(0, horizon), (width, horizon), (width, height), (0, height)])))
    scene.append(("wave", ripples(r, int(130 * some), width, horizon + 6, height - 10, (16, 90), 0.8)))
    scene.append(("foam", ripples(r, int(60 * some), width, horizon + 8, height - 20, (14, 70), 0.9)))
    glitter = ""
    for i in range(22):
        t = i / 22
        spread = sun_r * (0.8 + t * 0.9)
        span, y = r.uniform(0.4, 1) * spread, horizon + 5 + 120 * t
        x = sun_x + r.uniform(-spread, spread) * 0.7 - span / 2
        glitter += lens(x, y, x + span, y, 1.2 + t * 2)
    scene.append(("sunglit", glitter))

    shores = ((left_top, left_foot, 0, left_tip - 5, clinic_x, 84), (right_top, right_foot, right_tip + 4, width, home_x, 46))
    for top, foot, x0, x1, building_x, room in shores:
        trees, lit = pines(
            r, x0 + 20, x1 - 14, (14, 18, 22, 34, 60), lambda x: r.uniform(26, 62), lambda x: top(x) + r.uniform(3, 12),
            lambda x: abs(x - building_x) <= room or abs(top(x) - foot(x)) <= 26,
        )
        scene.append(("deep", trees))
        scene.append(("land", poly(facets(top, x0, x1, r, 12, 26, 1.8) + facets(foot, x0, x1, r, 14, 30, 1.4)[::-1])))
        shade, light = gouges(r, top, foot, x0 + 10, x1 - 10, int(90 * (some + 0.15)))
        scene += [("gouge", lit + shade), ("lit", light)]
    scene += clinic(clinic_x, left_top(clinic_x) + 34, 1.25) + cottage(home_x, right_top(home_x) + 30, 1.25)

    walks = (
        (clinic_x, left_top(clinic_x) + 34, left_tip - 88 if tall else 430, left_foot, 1),
        (home_x - 6, right_top(home_x - 6) + 30, right_tip + 74 if tall else 1226, right_foot, -1),
    )
    for x, y, landing, foot, side in walks:
        walk = []
        for i in range(21):
            t = i / 20
            sway = math.sin(t * math.pi * 1.5) * 26 * some ** 0.5 * side
            walk.append((x + (landing - x) * t ** 1.1 + sway, y + (foot(landing) - 1 - y) * t, 2 + 6 * t))
        scene.append(("path", ribbon(walk)))

    bx, by = (width / 2 - 6, 304) if tall else (724, 292)
    mast = poly([(bx + 33, by - 8), (bx + 34, by - 40), (bx + 36, by - 40), (bx + 37, by - 8)])
    lantern = poly([(bx + 29, by - 40), (bx + 41, by - 40), (bx + 39, by - 28), (bx + 31, by - 28)])
    shine = "".join(lens(bx + 24 + r.uniform(-5, 5), by + 16 + i * 6, bx + 46 + r.uniform(-5, 5), by + 16 + i * 6, 1.4) for i in range(6))
    wake = "".join(lens(bx - 70 - k * 46, by + 12 + k, bx - 30 - k * 46, by + 11 + k, 1.6) for k in range(3 if tall else 5))
    scene += [("deep", boat(bx, by) + mast), ("lamp", lantern + shine), ("lit", lens(bx - 32, by - 1, bx + 31, by - 2, 1.3)), ("foam", wake)]
    return width, height, scene + paper_bank(r, width, height, bank)


def terraces(night, landings):
    """Landings joined by one path, one for each level of care: a hospital first, a home last."""
    width, height = 1600, 360
    tread = width / landings
    sites = [tread * (i + 0.5) for i in range(landings)]
    drop = 174 / (landings - 1)
    r, noise, scene = random.Random(33), Noise(14), []

    def top(x):
        down = sum(smooth(tread * i - 70, tread * i + 50, x) for i in range(1, landings))
        return 122 + drop * down + 26 * smooth(1490, 1600, x) + 3 * noise(x / 40)

    def far(x):
        return 236 - 40 * (noise(x / 230) + 0.2) - 30 * smooth(900, 300, x)

    def middle(x):
        return 262 - 52 * smooth(1200, 300, x) - 22 * noise(x / 150 + 9)

    scene.append(("cloud", clouds(r, 14, (200, width), (24, 190), (90, 260))))
    scene.append(("halo", halo(r, 1395, 150, (75, 105), (2, 1.6), (0.08, 0.2), 0)))
    scene.append(("sun", disc(1395, 150, 50)))
    scene.append(("far", poly(facets(far, 0, width, r, 14, 30, 1.6) + [(width, height), (0, height)])))
    scene.append(("mid", poly(facets(middle, 0, width, r, 12, 28, 1.6) + [(width, height), (0, height)])))
    trees, lit = pines(
        r, 10, width - 8, (13, 16, 20, 26, 44), lambda x: r.uniform(30, 74), lambda x: top(x) + r.uniform(5, 16),
        lambda x: any(abs(x - site) <= 92 for site in sites),
    )
    scene.append(("deep", trees))
    scene.append(("land", poly(facets(top, 0, width, r, 10, 20, 1.2) + [(width, height + 2), (0, height + 2)])))
    shade, light = gouges(r, lambda x: top(x) + 20, lambda x: height + 40, 0, width, 230, 0.4)
    scene += [("gouge", lit + shade), ("lit", light)]
    walk = []
    for i in range(95):
        x = 186 + i * 15.2
        slope = top(x + 8) - top(x - 8)
        walk.append((x, top(x) + 32 + 7 * math.sin(x / 46), (4.2 + slope * 0.34) * min(1, 0.25 + i / 5)))
    scene.append(("path", poly([(x, y - w) for x, y, w in walk] + [(x, y + w) for x, y, w in walk[::-1]])))
    size = min(1.2, tread / 330)
    first, *between, last = sites
    scene += hospital(first, top(first) + 18, size)
    for x in between[:-1]:
        scene += clinic(x, top(x) + 18, size)
    # On the landing before home, the clinic and a home stand side by side.
    x = between[-1]
    scene += clinic(x - 0.13 * tread, top(x - 0.13 * tread) + 18, size * 0.77)
    scene += cottage(x + 0.205 * tread, top(x + 0.205 * tread) + 18, size * 0.83)
    scene += cottage(last, top(last) + 18, size * 1.04)
    return width, height, scene


def meadow(night):
    """Many kinds of plant on one bank: the groups."""
    width, height = 1600, 330
    r, noise = random.Random(29), Noise(3)

    def bank(x):
        return height - 40 - 26 * smooth(width * 0.5, width, x) - 12 * smooth(width * 0.4, 0, x) + 9 * noise(x / 90 + 11)

    def hill(x):
        return height - 84 - 62 * smooth(200, 1200, x) + 22 * noise(x / 200 + 5)

    scene = [("sun", disc(330, 150, 46)), ("far", poly(facets(hill, 0, width, r, 16, 34) + [(width, height), (0, height)]))]
    plants = {"mid": "", "gouge": "", "deep": "", "sun": ""}
    x = 10
    while x < width - 6:
        kind = r.choice(("fern", "poppy", "daisy", "oat", "umbel", "blade", "oat", "fern"))
        ink = r.choice(("deep", "deep", "gouge", "mid"))
        tall, lean, y = r.uniform(60, 190) * (1.1 if ink == "deep" else 0.9), r.uniform(-22, 22), bank(x) + 8
        if kind == "fern":
            plants[ink] += fern(x, y, tall * 0.8, lean)
        elif kind == "poppy":
            plants[ink] += poppy_pod(x, y, tall, lean)
        elif kind == "daisy":
            stem, petals = daisy(x, y, tall, lean)
            plants[ink] += stem
            plants["sun"] += petals
        else:
            plants[ink] += grass(x, y, tall, r, lean, kind)
        x += r.uniform(9, 30)
    return width, height, scene + list(plants.items()) + paper_bank(r, width, height, bank)


def ridge(night):
    """Where every page ends: hills, pines, one lit house, and the ground of the footer."""
    width, height, home_x = 1600, 300, 1120
    r, noise, scene = random.Random(4), Noise(21), []

    def far(x):
        return 168 - 44 * (noise(x / 210) + 0.3) - 50 * smooth(500, 0, x)

    def middle(x):
        return 208 - 34 * noise(x / 160 + 9) - 70 * smooth(700, 1600, x)

    def near(x):
        return 254 + 14 * noise(x / 120 + 30) - 58 * smooth(430, 0, x) - 78 * smooth(820, 1250, x) + 34 * smooth(1250, 1600, x)

    scene.append(("far", poly(facets(far, 0, width, r, 14, 30, 1.8) + [(width, height), (0, height)])))
    scene.append(("mid", poly(facets(middle, 0, width, r, 12, 28) + [(width, height), (0, height)])))
    trees, lit = pines(
        r, 8, width, (14, 18, 22, 26, 52, 88), lambda x: r.uniform(34, 92) * (0.75 if x > 760 else 0.95), lambda x: near(x) + 8,
        lambda x: abs(x - home_x) <= 56 or 420 <= x <= 760,
    )
    scene.append(("deep", trees + poly(facets(near, 0, width, r, 12, 26) + [(width, height + 2), (0, height + 2)])))
    scene.append(("bankline", lit + gouges(r, near, lambda x: height + 40, 0, width, 110)[0]))
    # The roof would be lost against the ground, so it takes the lighter land ink.
    scene += [("land" if ink == "roof" else ink, data) for ink, data in cottage(home_x, near(home_x) + 6, 1.15)]
    return width, height, scene


def grain():
    """The marks of the gouge alone, laid over flat plates of colour."""
    r, data = random.Random(12), ""
    for _ in range(46):
        x, y = r.uniform(0, 330), r.uniform(6, 214)
        data += lens(x, y, x + r.uniform(18, 66), y + r.uniform(-4, 5), r.uniform(0.9, 1.7), r.uniform(-2, 2))
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="220" viewBox="0 0 800 440"><path fill="#7fb0ab" fill-opacity=".26" d="{data}"/></svg>\n'


SCENES = {
    "harbor-wide": harbor,
    "harbor-tall": lambda night: harbor(night, tall=True),
    "crossing": crossing,
    "crossing-tall": lambda night: crossing(night, tall=True),
    **{f"terraces-{n}": lambda night, n=n: terraces(night, n) for n in (3, 4, 5, 6)},
    "meadow": meadow,
    "ridge": ridge,
}


def as_svg(width, height, scene, inks):
    body = "".join(
        data % inks[ink] if data.startswith("<") else f'<path fill="{inks[ink]}" d="{data}"/>'
        for ink, data in scene if data
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width * GRID} {height * GRID}">{body}</svg>\n'


def main(folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in SCENES.items():
        for hour, inks in INKS.items():
            night = hour == "night"
            if night and name == "meadow":
                inks = inks | MOONLIT_PLANTS
            (folder / f"{name}-{hour}.svg").write_text(as_svg(*draw(night), inks))
    (folder / "gouge.svg").write_text(grain())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
