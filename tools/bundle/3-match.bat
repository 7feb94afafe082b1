@echo off
chcp 65001 >nul
setlocal
if "%~1"=="" (
  echo 请把 Excel 表格拖到这个图标上 / drag a workbook onto this icon
  pause
  exit /b 2
)
if not exist "%~dp0.venv\Scripts\matching.exe" (
  echo 请先双击 1-setup.bat / run 1-setup.bat first
  pause
  exit /b 2
)
"%~dp0.venv\Scripts\matching.exe" match "%~1" --out "%~dpn1-结果"
if errorlevel 2 (
  pause
  exit /b 2
)
start "" "%~dpn1-结果\报告.html"
start "" "%~dpn1-结果\方案.xlsx"
pause
