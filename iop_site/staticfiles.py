"""Static files for the public: the style sheets joined into one, every name carrying a hash, compressed ahead."""

import re
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage

JOINED = "css/site.css"
IMPORT = re.compile(r'@import url\("(?P<part>[\w/-]+\.css)"\);')


def join_imports(folder, sheet):
    """The text of a style sheet in `folder` with each `@import` line replaced by the file it names."""

    def text_of(match):
        part = match["part"]
        text = (folder / part).read_text()
        # Addresses in a part are relative to the part; the joined sheet stands at the top.
        return text.replace("../" * (part.count("/") + 1), "../")

    return IMPORT.sub(text_of, (folder / sheet).read_text())


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    def post_process(self, paths, dry_run=False, **options):
        if JOINED in paths and not dry_run:
            sheet = Path(self.path(JOINED))
            sheet.write_text(join_imports(sheet.parent, sheet.name))
            paths[JOINED] = (self, JOINED)  # hash the joined file, not the one it came from
        yield from super().post_process(paths, dry_run=dry_run, **options)
