"""Asks for files and folders, and leaves no trace of them: their names are often those of patients.

The system's own dialogs write what was chosen into lists of recent files, and Qt writes the folders that were looked at
into its settings. These dialogs are Qt's, and forget before they go.
"""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


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
    try:
        return [Path(name) for name in dialog.selectedFiles()] if dialog.exec() else []
    finally:
        dialog.setDirectory(str(Path.home()))  # what Qt would remember as the last place
        dialog.setHistory([])
        dialog.deleteLater()
