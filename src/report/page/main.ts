import type { ReportData } from '../data.ts';
import type { TuneReportData } from '../tune/data.ts';
import { controlledSection } from './controlled-section.ts';
import { element } from './dom.ts';
import { failureSection } from './failure-section.ts';
import { measurementSections } from './measurement-sections.ts';
import {
  contributorsSection,
  headline,
  provenanceSection,
  specsSection,
  waveformSection,
  worstSection,
} from './sections.ts';
import { sweepSection } from './sweep-section.ts';
import { tunePage } from './tune-page.ts';

const holder = document.getElementById('data');
const target = document.getElementById('report');
if (holder?.textContent && target) {
  const data = JSON.parse(holder.textContent) as ReportData | TuneReportData;
  target.replaceChildren(...('tune' in data ? tunePage(data) : runPage(data)));
}

function runPage(data: ReportData): HTMLElement[] {
  const parts = [
    headline(data),
    failureSection(data),
    specsSection(data),
    controlledSection(data),
    sweepSection(data),
    ...measurementSections(data),
    contributorsSection(data),
    waveformSection(data),
    worstSection(data),
    provenanceSection(data),
  ].filter((part): part is HTMLElement => part !== undefined);
  return [...parts, element('footer', {}, `SpiceLab ${data.version} · plan ${data.planId}`)];
}
