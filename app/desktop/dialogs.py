"""The few questions that stop the window: file names, a name, and what to do with unsaved work."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget


class QtDialogs:
    """The system's own dialogs."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self.save_word, self.discard_word, self.cancel_word = "Save", "Discard", "Cancel"

    def open_file(self, title: str, kinds: str) -> str:
        return QFileDialog.getOpenFileName(self._parent, title, "", kinds)[0]

    def save_file(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self._parent, title, name, kinds)[0]

    def choose_folder(self, title: str) -> str:
        return QFileDialog.getExistingDirectory(self._parent, title)

    def ask_text(self, title: str, label: str, value: str) -> str | None:
        words, taken = QInputDialog.getText(self._parent, title, label, text=value)
        return words.strip() if taken else None

    def ask_save(self, title: str, words: str) -> str:
        box = QMessageBox(QMessageBox.Icon.Question, title, words, parent=self._parent)
        save = box.addButton(self.save_word, QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(self.discard_word, QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(self.cancel_word, QMessageBox.ButtonRole.RejectRole)
        box.exec()
        pressed = box.clickedButton()
        box.deleteLater()
        return "save" if pressed is save else "discard" if pressed is discard else "cancel"
