//! From a path to a walk: reads a plan, finds which plan and which prompts it is about, resumes or starts a session.
