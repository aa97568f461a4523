"""How Sphinx builds the site: `make site`."""

import re
import shutil
import tomllib
from pathlib import Path

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from pytest_twilio_users import __version__

DOCS = Path(__file__).parent
ROOT = DOCS.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REPOSITORY = PROJECT.get("urls", {}).get("Source", "").rstrip("/")
SHOWN = {name.lower(): ROOT / f"{name}.md" for name in ("AGENTS", "CHANGELOG")}
"""Files beside this folder that pages of the site show, by the page."""
RESULTS = {"UserT": "User", "PageT": "UserPage", "NoneT": "None", "IteratorT": "Iterator[User]"}
"""What the variables stand for that the client's operations are typed with."""

project = PROJECT["name"]
author = PROJECT["authors"][0]["name"]
project_copyright = author
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "README.md", "**/node_modules", "**/vendor"]

myst_heading_anchors = 4  # as GitHub has them; a link to one that is missing is an error

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
smartquotes = False  # of `--port` they make a dash
default_role = "code"  # docstrings have single backticks, as Markdown has
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = project
pygments_dark_style = "github-dark"  # furo's own underlines what is imported, as if it were a link
html_copy_source = False  # each page has its Markdown beside it
html_theme_options = {"navigation_with_keys": True}


def list_pages(_app: Sphinx, page: str, source: list[str]) -> None:
    """Give the navigation what README.md of a folder lists: on top by its sections."""
    if page == "index":
        for section in (DOCS / "README.md").read_text("utf-8").split("\n## ")[1:]:
            caption = section.partition("\n")[0]
            listed = re.findall(r"\]\(([^)#]+)\.md\)", section)
            names = {f"../{path.stem}": page for page, path in SHOWN.items()}
            pages = [names.get(name, name) for name in listed if name in names or name[0] != "."]
            source[0] += _toctree(f":caption: {caption}", *pages)
    elif page.endswith("/README") and page.count("/") == 1:
        folder = (DOCS / page).parent
        found = sorted({*folder.glob("*.md"), *folder.glob("*/README.md")} - {folder / "README.md"})
        source[0] += _toctree("", *(str(path.relative_to(folder))[:-3] for path in found))


def _toctree(option: str, *pages: str) -> str:
    return "\n".join(["", "```{toctree}", ":hidden:", option, "", *pages, "```", ""])


def show_code_as_code(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Have indented code in a docstring stay code: for Sphinx, two colons begin it."""
    for at in range(len(lines) - 2, 0, -1):
        if not lines[at] and lines[at + 1][:4].isspace() and re.match(r"\S", lines[at - 1]):
            lines[at:at] = ["", "::"]


def name_results(
    _app: Sphinx,
    _what: str,
    _name: str,
    _obj: object,
    _options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """Say what the client's operations give; async, they await to it."""
    return signature, RESULTS.get((returns or "").rpartition(".")[2], returns)


def join_sentences(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Put back before its colon what napoleon took for the type of a property."""
    for line in lines:
        if line.startswith(":type: "):
            lines.remove(line)
            lines[0] = f"{line.removeprefix(':type: ')}: {lines[0]}"


def write_dashes(_app: Sphinx, doctree: nodes.document) -> None:
    """Have a dash between a parameter and what it is, where Sphinx has two hyphens."""
    for text in list(doctree.findall(nodes.Text)):
        if text == " -- ":
            text.parent.replace(text, nodes.Text(" – "))


def lead_out_of_the_site(_app: Sphinx, doctree: nodes.document) -> None:
    """Have links to what is no page lead to the page that shows it, or to the repository."""
    for link in list(doctree.findall(nodes.Element)):
        if link.get("reftype") != "myst":
            continue
        target = link["reftarget"]
        is_page = link.get("refdomain") == "doc"  # or would be, if it were in this folder
        file = Path(f"{target}.md") if is_page else ROOT / target.partition("#")[0]
        page = next((page for page, shown in SHOWN.items() if shown == file), "")
        if page:
            link["refdomain"], link["reftarget"] = "doc", page
            link.setdefault("reftargetid", None)
        elif file.is_absolute() and file.exists():
            address = f"{REPOSITORY}/blob/main/{file.relative_to(ROOT).as_posix()}"
            shown = [nodes.reference("", "", *link.children, refuri=address)]
            link.replace_self(shown if REPOSITORY else link.children)


def write_markdown(app: Sphinx, error: Exception | None) -> None:
    """Put each page's Markdown beside it, and llms.txt, which lists them, on top."""
    if error or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        copy = app.outdir / f"{page}.md"
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SHOWN.get(page, app.env.doc2path(page)), copy)
    shutil.copyfile(DOCS / "llms.txt", app.outdir / "llms.txt")


def setup(app: Sphinx) -> dict[str, bool]:
    """What Sphinx asks each configuration for."""
    app.add_lexer("ambr", TextLexer)
    app.connect("source-read", list_pages)
    app.connect("autodoc-process-docstring", show_code_as_code, priority=100)  # before napoleon
    app.connect("autodoc-process-docstring", join_sentences, priority=900)  # after it
    app.connect("autodoc-process-signature", name_results)
    app.connect("doctree-read", write_dashes)
    app.connect("doctree-read", lead_out_of_the_site)
    app.connect("build-finished", write_markdown)
    return {"parallel_read_safe": True}
