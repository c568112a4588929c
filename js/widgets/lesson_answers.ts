import type { LessonTraits } from "../contract.js";
import { lessonAnswers } from "../views/lesson_answers.js";
import { Commits } from "./commits.js";
import { atEnd, onChange, type WidgetModel } from "./lifecycle.js";
import { ThemeFollower } from "./theme.js";

/** One view of a lesson's answers. */
export class LessonAnswersViewer {
  constructor(model: WidgetModel<LessonTraits>, root: HTMLElement, signal: AbortSignal) {
    const view = lessonAnswers();
    const commits = new Commits(model, signal);
    const draw = () =>
      view.update(
        { ...model.get("payload").meta, student: model.get("student") },
        { onStudent: (student) => commits.put("student", student) },
      );
    root.append(view.element);
    new ThemeFollower(model, root, signal);
    onChange(model, ["payload", "student"], draw, signal);
    atEnd(signal, () => view.destroy());
    draw();
  }
}
