"""Asks for files and folders, and leaves no trace of them: their names are often those of patients.

The system's own dialogs write what was chosen into lists of recent files, and Qt writes the folders that were looked at
into its settings. These dialogs are Qt's, and forget before they go.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QStorageInfo, Qt, QUrl
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

_WIDTH, _HEIGHT = 960, 620
_MOUNTS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
_KINDS = (
    QStandardPaths.StandardLocation.HomeLocation,
    QStandardPaths.StandardLocation.DesktopLocation,
    QStandardPaths.StandardLocation.PicturesLocation,
    QStandardPaths.StandardLocation.DocumentsLocation,
)


def folder(parent: QWidget, title: str, start: Path) -> Path | None:
    """Ask for a folder; None if nobody chose one. start: where to look first."""
    dialog = QFileDialog(parent, title, str(start))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    chosen = _chosen(dialog)
    return chosen[0] if chosen else None


def files(parent: QWidget, title: str, start: Path, patterns: str) -> list[Path]:
    """Ask for files that are there. patterns: as in "Photos (*.jpg *.png);;All files (*)"."""
    dialog = QFileDialog(parent, title, str(start), patterns)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _chosen(dialog)


def new_file(parent: QWidget, title: str, proposed: Path, patterns: str) -> Path | None:
    """Ask where a new file should lie; whether one that is there may be replaced is asked, too."""
    dialog = QFileDialog(parent, title, str(proposed.parent), patterns)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(proposed.name)
    chosen = _chosen(dialog)
    return chosen[0] if chosen else None


def _chosen(dialog: QFileDialog) -> list[Path]:
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    _dress(dialog)
    try:
        return [Path(name) for name in dialog.selectedFiles()] if dialog.exec() else []
    finally:
        dialog.setDirectory(str(Path.home()))  # what Qt would remember as the last place
        dialog.setHistory([])
        dialog.setSidebarUrls([])
        dialog.deleteLater()


def _dress(dialog: QFileDialog) -> None:
    """Offer the usual places and what is plugged in, and an arrow that is seen on dark ground, too."""
    dialog.resize(_WIDTH, _HEIGHT)
    dialog.setSidebarUrls([QUrl("file:"), *(QUrl.fromLocalFile(place) for place in _places())])
    for name in ("backButton", "forwardButton"):
        dialog.findChildren(QToolButton, name)[0].hide()
    up = dialog.findChildren(QToolButton, "toParentButton")[0]
    up.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    up.setText("↑")


def _places() -> list[str]:
    """Return the user's folders, and the disks and cards that are mounted beside the system's."""
    usual = (QStandardPaths.writableLocation(kind) for kind in _KINDS)
    mounted = (volume.rootPath() for volume in QStorageInfo.mountedVolumes() if volume.isReady())
    beside = (path for path in mounted if sys.platform == "win32" or path.startswith(_MOUNTS))
    return [path for path in dict.fromkeys((*usual, *beside)) if Path(path).is_dir()]
