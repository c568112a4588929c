import "./lesson.css";
import { h } from "../views/controls/dom.js";
import { LessonAnswersViewer } from "./lesson_answers.js";
import { LessonPresetsViewer } from "./lesson_presets.js";
import { LessonQuestionViewer } from "./lesson_question.js";
import type { RenderContext } from "./lifecycle.js";
import { mount } from "./mount.js";
import { refusalOf } from "./refusal.js";

/** What the widgets of a lesson are called in their payloads; one bundle serves them all. */
const VIEWERS = {
  question: LessonQuestionViewer,
  presets: LessonPresetsViewer,
  lesson: LessonAnswersViewer,
};

interface AnyTraits {
  payload: { v: number; kind: keyof typeof VIEWERS };
}

/** anywidget's entry: one view of a question, of presets, or of a lesson's answers. */
function render(context: RenderContext<AnyTraits>): () => void {
  return mount(context, (model, root, signal) => {
    const payload = model.get("payload");
    const refusal = refusalOf(payload)?.refusal;
    if (refusal !== undefined) {
      root.append(h("p.xai-refusal", { role: "alert" }, refusal));
      return;
    }
    new VIEWERS[payload.kind](model as never, root, signal);
  });
}

export default { render };
